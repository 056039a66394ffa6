/** What `sbe init` writes. */
import type { SbeConfig } from "./config-schema.js";

/** A configuration for one folder of schemas. */
export const STARTER_CONFIG: SbeConfig = {
  $schema: "./node_modules/@alerion/generator/sbe.config.schema.json",
  schemas: ["schemas/*.xml"],
  output: "src/codecs",
  baseline: "sbe-baseline.json",
};

/** A first schema: one of each thing that most protocols need, without a finding of `sbe lint`. */
export const STARTER_SCHEMA = `<?xml version="1.0" encoding="UTF-8"?>
<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe"
                   package="orderentry" id="1" version="0" byteOrder="littleEndian"
                   description="Order entry of an example venue">
    <types>
        <composite name="messageHeader" description="Stands in front of every message">
            <type name="blockLength" primitiveType="uint16"/>
            <type name="templateId" primitiveType="uint16"/>
            <type name="schemaId" primitiveType="uint16"/>
            <type name="version" primitiveType="uint16"/>
        </composite>
        <composite name="groupSizeEncoding" description="Stands in front of every group">
            <type name="blockLength" primitiveType="uint16"/>
            <type name="numInGroup" primitiveType="uint16"/>
        </composite>
        <composite name="varText" description="UTF-8 text of up to 65,534 bytes">
            <type name="length" primitiveType="uint16"/>
            <type name="varData" primitiveType="uint8" length="0" characterEncoding="UTF-8"/>
        </composite>
        <composite name="Price" description="Fixed point: mantissa × 10^-4">
            <type name="mantissa" primitiveType="int64"/>
            <type name="exponent" primitiveType="int8" presence="constant">-4</type>
        </composite>
        <type name="Symbol" primitiveType="char" length="8" characterEncoding="US-ASCII"
              description="Instrument, padded with zeros"/>
        <enum name="Side" encodingType="char" description="Which side of the book">
            <validValue name="Buy">1</validValue>
            <validValue name="Sell">2</validValue>
        </enum>
    </types>
    <sbe:message name="NewOrder" id="1" description="Asks for a new order">
        <field name="orderId" id="1" type="int64" description="Chosen by the client"/>
        <field name="price" id="2" type="Price"/>
        <field name="symbol" id="3" type="Symbol"/>
        <field name="quantity" id="4" type="uint32" description="Contracts"/>
        <field name="side" id="5" type="Side"/>
        <group name="legs" id="10" dimensionType="groupSizeEncoding" description="Legs of a spread">
            <field name="symbol" id="11" type="Symbol"/>
            <field name="ratio" id="12" type="uint16"/>
        </group>
        <data name="note" id="20" type="varText" description="Comes back in reports"/>
    </sbe:message>
    <sbe:message name="CancelOrder" id="2" description="Takes an order off the book">
        <field name="orderId" id="1" type="int64" description="Of the order to cancel"/>
    </sbe:message>
</sbe:messageSchema>
`;
