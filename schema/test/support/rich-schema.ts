/** A schema of our own that uses every kind of element and attribute. */
export const RICH_SCHEMA = `<?xml version="1.0" encoding="UTF-8"?>
<!-- every kind of element and attribute -->
<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="alerion.rich" id="7" version="3"
    semanticVersion="1.2" description="rich" byteOrder="bigEndian" headerType="frame">
  <types package="alerion.common">
    <composite name="frame">
      <type name="templateId" primitiveType="uint16"/>
      <type name="blockLength" primitiveType="uint16" offset="4"/>
      <ref name="schemaId" type="number16"/>
      <type name="version" primitiveType="uint16"/>
    </composite>
    <composite name="groupSizeEncoding">
      <type name="numInGroup" primitiveType="uint8" minValue="0" maxValue="20"/>
      <type name="blockLength" primitiveType="uint16"/>
    </composite>
    <composite name="text">
      <type name="length" primitiveType="uint32" maxValue="65536"/>
      <type name="varData" primitiveType="uint8" length="0" characterEncoding="UTF-8"/>
    </composite>
  </types>
  <types>
    <type name="number16" primitiveType="uint16"/>
    <type name="symbol" primitiveType="char" length="8" characterEncoding="ISO-8859-1"/>
    <type name="currency" primitiveType="char" presence="constant" length="4">EUR</type>
    <type name="answer" primitiveType="int8" presence="constant">42</type>
    <type name="rate" primitiveType="float" presence="optional" nullValue="-1.5" minValue="0.1" maxValue="0x1p10"/>
    <type name="sideValue" primitiveType="uint8" presence="constant" valueRef="Side.Sell"/>
    <type name="wide" primitiveType="uint32"/>
    <enum name="Side" encodingType="uint8" description="which side">
      <validValue name="Buy">1</validValue>
      <validValue name="Sell" sinceVersion="1" deprecated="2">2</validValue>
    </enum>
    <enum name="Kind" encodingType="char" nullValue="N"><validValue name="A">A</validValue></enum>
    <enum name="Wide" encodingType="wide"><validValue name="Last">4294967294</validValue></enum>
    <set name="Flags" encodingType="uint64">
      <choice name="first" description="lowest">0</choice>
      <choice name="last">63</choice>
    </set>
    <composite name="price" semanticType="Price">
      <type name="mantissa" primitiveType="int64" presence="optional"/>
      <type name="exponent" primitiveType="int8" presence="constant">-4</type>
      <composite name="inner"><ref name="flags" type="Flags" sinceVersion="1"/></composite>
      <ref name="side" type="Side" offset="20"/>
    </composite>
  </types>
  <sbe:message name="Order" id="1" description="an order" semanticType="D" blockLength="96">
    <field name="id" id="1" type="uint64" timeUnit="nanosecond" epoch="unix"/>
    <field name="side" id="2" type="Side"/>
    <field name="kind" id="3" type="Kind" presence="optional"/>
    <field name="symbol" id="4" type="symbol" offset="16"/>
    <field name="always" id="5" type="Side" presence="constant" valueRef="Side.Buy"/>
    <field name="byNumber" id="6" type="uint8" presence="constant" valueRef="Side.Sell"/>
    <field name="currency" id="7" type="currency"/>
    <field name="rate" id="8" type="rate"/>
    <field name="price" id="9" type="price" sinceVersion="1" deprecated="3"/>
    <field name="flags" id="10" type="Flags" sinceVersion="2"/>
    <group name="legs" id="20" blockLength="8">
      <field name="ratio" id="21" type="int16"/>
      <field name="late" id="22" type="int8" sinceVersion="3"/>
      <group name="fills" id="23" sinceVersion="1"><field name="wide" id="24" type="Wide"/></group>
      <data name="note" id="25" type="text"/>
    </group>
    <data name="remark" id="30" type="text" sinceVersion="2"/>
  </sbe:message>
  <sbe:message name="Empty" id="17"/>
</sbe:messageSchema>
`;
