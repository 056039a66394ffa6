/** The checked messages of a schema, with every offset and block length worked out. */
import type { IrByteOrder, IrValue } from "../ir.js";
import type { SourceText } from "../source-text.js";
import type { XmlElement } from "../xml/xml-element.js";
import type { CompositeTypeModel, PresenceName, TypeModel } from "./type-model.js";

interface FieldCommon {
  readonly element: XmlElement;
  readonly name: string;
  readonly description: string | undefined;
  readonly id: number;
  readonly sinceVersion: number;
  readonly deprecated: number;
  /** Bytes from the start of the block, -1 behind something of variable length. */
  readonly offset: number;
}

/** A field or data element in its place. */
export interface FieldModel extends FieldCommon {
  readonly kind: "field" | "data";
  readonly type: TypeModel;
  readonly presence: PresenceName;
  readonly semanticType: string | undefined;
  readonly epoch: string | undefined;
  readonly timeUnit: string | undefined;
  /** Of the field; undefined unless the field is constant. */
  readonly valueRef: string | undefined;
  /** What `valueRef` names. */
  readonly namedValue: IrValue | undefined;
  /** Bytes in the block: 0 for constants and data. */
  readonly size: number;
}

/** A group in its place, with the places of its members in an entry. */
export interface GroupModel extends FieldCommon {
  readonly kind: "group";
  readonly dimension: CompositeTypeModel;
  /** As stated, 0 for none. */
  readonly statedBlockLength: number;
  /** Bytes of one entry. */
  readonly blockLength: number;
  readonly members: readonly BlockMember[];
}

/** What a block is made of. */
export type BlockMember = FieldModel | GroupModel;

/** A message with the places of its members. */
export interface MessageModel {
  readonly element: XmlElement;
  readonly name: string;
  readonly description: string | undefined;
  readonly id: number;
  readonly sinceVersion: number;
  readonly deprecated: number;
  readonly semanticType: string | undefined;
  /** As stated, 0 for none. */
  readonly statedBlockLength: number;
  readonly blockLength: number;
  readonly members: readonly BlockMember[];
}

/** A schema without faults, ready to become tokens. */
export interface SchemaModel {
  readonly source: SourceText;
  readonly element: XmlElement;
  readonly package: string;
  readonly id: number;
  readonly version: number;
  readonly description: string | undefined;
  readonly semanticVersion: string | undefined;
  readonly byteOrder: IrByteOrder;
  readonly headerType: string;
  readonly header: CompositeTypeModel;
  /** In the order of the official tool; see java-hash-order.ts. */
  readonly messages: readonly MessageModel[];
}
