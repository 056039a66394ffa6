/** A car by hand: what a DataView costs at least, without checks and without a shape to keep. */
import { type Candidate, RING } from "../candidate.js";
import {
  ACCELERATIONS,
  FUEL_FIGURES,
  PERFORMANCE_FIGURES,
  MANUFACTURER,
  MANUFACTURER_CODE,
  MODEL,
  VEHICLE_CODE,
} from "./car-object.js";
import { fill, ringView, slotOf } from "./ring-buffer.js";

function writeBlock(view: DataView, offset: number, i: number): void {
  view.setUint16(offset, 41, true);
  view.setUint16(offset + 2, 1, true);
  view.setUint16(offset + 4, 110, true);
  view.setUint16(offset + 6, 0, true);
  view.setUint32(offset + 8, 12_345 + i, true);
  view.setUint16(offset + 12, 2005 + i, true);
  view.setUint8(offset + 14, 1);
  view.setUint8(offset + 15, 0x41);
  for (let n = 0; n < 5; n++) view.setInt32(offset + 16 + n * 4, n, true);
  view.setUint8(offset + 42, 3);
  view.setUint16(offset + 43, 4200 + i, true);
  view.setUint8(offset + 45, 8);
}

function writePair(view: DataView, at: number, first: number, second: number): void {
  view.setUint16(at, first, true);
  view.setFloat32(at + 2, second, true);
}

function writeDimension(view: DataView, at: number, blockLength: number, count: number): void {
  view.setUint16(at, blockLength, true);
  view.setUint16(at + 2, count, true);
}

function writeGroups(view: DataView, start: number): void {
  let at = start;
  writeDimension(view, at, 6, FUEL_FIGURES);
  at += 4;
  for (let n = 0; n < FUEL_FIGURES; n++, at += 6) writePair(view, at, 30 + 25 * n, 35.75 + 6.5 * n);
  writeDimension(view, at, 1, PERFORMANCE_FIGURES);
  at += 4;
  for (let n = 0; n < PERFORMANCE_FIGURES; n++) {
    view.setUint8(at, 95 + 4 * n);
    writeDimension(view, at + 1, 6, ACCELERATIONS);
    at += 5;
    for (let m = 0; m < ACCELERATIONS; m++, at += 6) {
      writePair(view, at, 30 + 30 * m, 4 + 3.5 * m - 0.25 * n);
    }
  }
}

function sumBlock(view: DataView, offset: number): number {
  let total =
    (view.getUint32(offset + 8, true) +
      view.getUint16(offset + 12, true) +
      view.getUint8(offset + 14) +
      view.getUint8(offset + 15) +
      view.getUint8(offset + 42) +
      view.getUint16(offset + 43, true) +
      view.getUint8(offset + 45)) |
    0;
  for (let n = 0; n < 5; n++) total = (total + view.getInt32(offset + 16 + n * 4, true)) | 0;
  return total;
}

/** The sum of the pairs of a group whose dimension lies at `at`. */
function sumPairs(view: DataView, at: number): number {
  const blockLength = view.getUint16(at, true);
  const count = view.getUint16(at + 2, true);
  let position = at + 4;
  let total = 0;
  for (let i = 0; i < count; i++, position += blockLength) {
    total = (total + view.getUint16(position, true) + view.getFloat32(position + 2, true) * 8) | 0;
  }
  return total;
}

function afterPairs(view: DataView, at: number): number {
  return at + 4 + view.getUint16(at, true) * view.getUint16(at + 2, true);
}

/** Text as bytes. */
export function floorBytes(): Candidate {
  const view = ringView();
  const vehicleCode = Buffer.from(VEHICLE_CODE);
  const manufacturerCode = Buffer.from(MANUFACTURER_CODE);
  const manufacturer = Buffer.from(MANUFACTURER);
  const model = Buffer.from(MODEL);
  const scratch = new Uint8Array(64);

  function put(at: number, bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) view.setUint8(at + i, bytes[i] ?? 0);
  }

  function putData(at: number, bytes: Uint8Array): number {
    view.setUint32(at, bytes.length, true);
    put(at + 4, bytes);
    return at + 4 + bytes.length;
  }

  function take(at: number, length: number): number {
    for (let i = 0; i < length; i++) scratch[i] = view.getUint8(at + i);
    return length + (scratch[0] ?? 0) + (scratch[length - 1] ?? 0);
  }

  function encode(index: number): number {
    const offset = slotOf(index);
    writeBlock(view, offset, index & (RING - 1));
    put(offset + 36, vehicleCode);
    put(offset + 46, manufacturerCode);
    writeGroups(view, offset + 49);
    return putData(putData(offset + 121, manufacturer), model) - offset;
  }

  function decode(index: number): number {
    const offset = slotOf(index);
    let total = (sumBlock(view, offset) + take(offset + 36, 6) + take(offset + 46, 3)) | 0;
    let at = offset + 8 + view.getUint16(offset, true);
    total = (total + sumPairs(view, at)) | 0;
    at = afterPairs(view, at);
    const blockLength = view.getUint16(at, true);
    const count = view.getUint16(at + 2, true);
    at += 4;
    for (let i = 0; i < count; i++) {
      total = (total + view.getUint8(at)) | 0;
      at += blockLength;
      total = (total + sumPairs(view, at)) | 0;
      at = afterPairs(view, at);
    }
    for (let i = 0; i < 2; i++) {
      const length = view.getUint32(at, true);
      total = (total + take(at + 4, length)) | 0;
      at += 4 + length;
    }
    return total;
  }

  fill(encode);
  return { name: "DataView by hand", text: "bytes", encode, decode, ring: view };
}

/** Text as strings, one character at a time. */
export function floorStrings(): Candidate {
  const view = ringView();

  function put(at: number, text: string): void {
    for (let i = 0; i < text.length; i++) view.setUint8(at + i, text.charCodeAt(i));
  }

  function putData(at: number, text: string): number {
    view.setUint32(at, text.length, true);
    put(at + 4, text);
    return at + 4 + text.length;
  }

  function take(at: number, length: number): number {
    let text = "";
    for (let i = 0; i < length; i++) text += String.fromCharCode(view.getUint8(at + i));
    return length + text.charCodeAt(0) + text.charCodeAt(length - 1);
  }

  function encode(index: number): number {
    const offset = slotOf(index);
    writeBlock(view, offset, index & (RING - 1));
    put(offset + 36, VEHICLE_CODE);
    put(offset + 46, MANUFACTURER_CODE);
    writeGroups(view, offset + 49);
    return putData(putData(offset + 121, MANUFACTURER), MODEL) - offset;
  }

  function decode(index: number): number {
    const offset = slotOf(index);
    let total = (sumBlock(view, offset) + take(offset + 36, 6) + take(offset + 46, 3)) | 0;
    let at = offset + 8 + view.getUint16(offset, true);
    total = (total + sumPairs(view, at)) | 0;
    at = afterPairs(view, at);
    const blockLength = view.getUint16(at, true);
    const count = view.getUint16(at + 2, true);
    at += 4;
    for (let i = 0; i < count; i++) {
      total = (total + view.getUint8(at)) | 0;
      at += blockLength;
      total = (total + sumPairs(view, at)) | 0;
      at = afterPairs(view, at);
    }
    for (let i = 0; i < 2; i++) {
      const length = view.getUint32(at, true);
      total = (total + take(at + 4, length)) | 0;
      at += 4 + length;
    }
    return total;
  }

  fill(encode);
  return { name: "DataView by hand", text: "strings", encode, decode, ring: view };
}
