import type { PeerRecord, TextMode } from "../candidate.js";

/** Text as the peer gives it: a string, or bytes. */
type Text = string | Uint8Array;

export interface CarObject {
  serialNumber: number;
  modelYear: number;
  available: number;
  code: number;
  someNumbers: readonly number[];
  vehicleCode: Text;
  extras: number;
  engine: { capacity: number; numCylinders: number; manufacturerCode: Text };
  fuelFigures: readonly { speed: number; mpg: number }[];
  performanceFigures: readonly {
    octaneRating: number;
    acceleration: readonly { mph: number; seconds: number }[];
  }[];
  manufacturer: Text;
  model: Text;
}

export const record: PeerRecord = {
  name: "Car",
  fields: [
    { name: "serialNumber", type: "uint32" },
    { name: "modelYear", type: "uint16" },
    { name: "available", type: "uint16" },
    { name: "code", type: "uint16" },
    { name: "someNumbers", type: "int32", list: true },
    { name: "vehicleCode", type: "text" },
    { name: "extras", type: "uint16" },
    {
      name: "engine",
      type: {
        name: "Engine",
        fields: [
          { name: "capacity", type: "uint16" },
          { name: "numCylinders", type: "uint16" },
          { name: "manufacturerCode", type: "text" },
        ],
      },
    },
    {
      name: "fuelFigures",
      list: true,
      type: {
        name: "FuelFigures",
        fields: [
          { name: "speed", type: "uint16" },
          { name: "mpg", type: "float" },
        ],
      },
    },
    {
      name: "performanceFigures",
      list: true,
      type: {
        name: "PerformanceFigures",
        fields: [
          { name: "octaneRating", type: "uint16" },
          {
            name: "acceleration",
            list: true,
            type: {
              name: "Acceleration",
              fields: [
                { name: "mph", type: "uint16" },
                { name: "seconds", type: "float" },
              ],
            },
          },
        ],
      },
    },
    { name: "manufacturer", type: "text" },
    { name: "model", type: "text" },
  ],
};

/** The text of a car; the same in every one. */
export const VEHICLE_CODE = "abcdef";
export const MANUFACTURER_CODE = "abc";
export const MANUFACTURER = "Ardent Works";
export const MODEL = "Kite5";

/** Entries of the groups, as in every benchmark of a car. */
export const FUEL_FIGURES = 3;
export const PERFORMANCE_FIGURES = 2;
export const ACCELERATIONS = 3;

/** Message `index` of the ring. Floats are exact in 32 bits and short in decimal: no peer pays for their digits. */
export function content(index: number, text: TextMode): CarObject {
  const asText = (value: string): Text => (text === "bytes" ? Buffer.from(value) : value);
  return {
    serialNumber: 12_345 + index,
    modelYear: 2005 + index,
    available: 1,
    code: 0x41,
    someNumbers: [0, 1, 2, 3, 4],
    vehicleCode: asText(VEHICLE_CODE),
    extras: 3,
    engine: {
      capacity: 4200 + index,
      numCylinders: 8,
      manufacturerCode: asText(MANUFACTURER_CODE),
    },
    fuelFigures: Array.from({ length: FUEL_FIGURES }, (_, n) => ({
      speed: 30 + 25 * n,
      mpg: 35.75 + 6.5 * n,
    })),
    performanceFigures: Array.from({ length: PERFORMANCE_FIGURES }, (_, n) => ({
      octaneRating: 95 + 4 * n,
      acceleration: Array.from({ length: ACCELERATIONS }, (__, m) => ({
        mph: 30 + 30 * m,
        seconds: 4 + 3.5 * m - 0.25 * n,
      })),
    })),
    manufacturer: asText(MANUFACTURER),
    model: asText(MODEL),
  };
}

function sumString(value: string): number {
  return value.length + value.charCodeAt(0) + value.charCodeAt(value.length - 1);
}

function sumBytes(value: Uint8Array): number {
  return value.length + (value[0] ?? 0) + (value[value.length - 1] ?? 0);
}

/** The sum over the fields of a decoded car. */
export function sum(decoded: CarObject, text: TextMode): number {
  const { engine, someNumbers, fuelFigures, performanceFigures } = decoded;
  let total =
    (decoded.serialNumber +
      decoded.modelYear +
      decoded.available +
      decoded.code +
      decoded.extras +
      engine.capacity +
      engine.numCylinders) |
    0;
  for (let i = 0; i < someNumbers.length; i++) total = (total + (someNumbers[i] ?? 0)) | 0;
  for (let i = 0; i < fuelFigures.length; i++) {
    const figure = fuelFigures[i];
    if (figure !== undefined) total = (total + figure.speed + figure.mpg * 8) | 0;
  }
  for (let i = 0; i < performanceFigures.length; i++) {
    const figure = performanceFigures[i];
    if (figure === undefined) continue;
    total = (total + figure.octaneRating) | 0;
    const { acceleration } = figure;
    for (let j = 0; j < acceleration.length; j++) {
      const entry = acceleration[j];
      if (entry !== undefined) total = (total + entry.mph + entry.seconds * 8) | 0;
    }
  }
  if (text === "bytes") {
    return (
      (total +
        sumBytes(decoded.vehicleCode as Uint8Array) +
        sumBytes(engine.manufacturerCode as Uint8Array) +
        sumBytes(decoded.manufacturer as Uint8Array) +
        sumBytes(decoded.model as Uint8Array)) |
      0
    );
  }
  return (
    (total +
      sumString(decoded.vehicleCode as string) +
      sumString(engine.manufacturerCode as string) +
      sumString(decoded.manufacturer as string) +
      sumString(decoded.model as string)) |
    0
  );
}
