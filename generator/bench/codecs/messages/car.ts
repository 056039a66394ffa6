/** The generated codec of a car, hot and plain. */
import { type Candidate, RING } from "../candidate.js";
import { element, ofRing } from "../peers/peer.js";
import {
  ACCELERATIONS,
  type CarObject,
  content,
  FUEL_FIGURES,
  MANUFACTURER,
  MANUFACTURER_CODE,
  MODEL,
  PERFORMANCE_FIGURES,
  sum,
  VEHICLE_CODE,
} from "./car-object.js";
import { floorBytes, floorStrings } from "./car-floor.js";
import type { Encoding, PlainDecoder, PlainEncoder, Stepping, Wrapping } from "./codec.js";
import { fill, ringView, slotOf } from "./ring-buffer.js";

interface EngineEncoder {
  capacity(value: number): this;
  numCylinders(value: number): this;
  manufacturerCode(text: string): this;
  manufacturerCodeBytes(bytes: Uint8Array): this;
}

interface FuelEncoder {
  next(): this;
  speed(value: number): this;
  mpg(value: number): this;
}

interface AccelerationEncoder {
  next(): this;
  mph(value: number): this;
  seconds(value: number): this;
}

interface PerformanceEncoder {
  next(): this;
  octaneRating(value: number): this;
  accelerationCount(count: number): AccelerationEncoder;
}

interface CarEncoder extends Encoding {
  serialNumber(value: number): this;
  modelYear(value: number): this;
  available(value: number): this;
  code(value: number): this;
  someNumbers(index: number, value: number): this;
  vehicleCode(text: string): this;
  vehicleCodeBytes(bytes: Uint8Array): this;
  extras(bits: number): this;
  engine(): EngineEncoder;
  fuelFiguresCount(count: number): FuelEncoder;
  performanceFiguresCount(count: number): PerformanceEncoder;
  manufacturer(text: string): this;
  manufacturerBytes(bytes: Uint8Array): this;
  model(text: string): this;
  modelBytes(bytes: Uint8Array): this;
}

interface CarDecoder extends Wrapping {
  serialNumber(): number;
  modelYear(): number;
  available(): number;
  code(): number;
  someNumbers(index: number): number;
  vehicleCode(): string;
  copyVehicleCode(target: Uint8Array): number;
  extras(): number;
  engine(): {
    capacity(): number;
    numCylinders(): number;
    manufacturerCode(): string;
    copyManufacturerCode(target: Uint8Array): number;
  };
  fuelFigures(): Stepping & { speed(): number; mpg(): number };
  performanceFigures(): Stepping & {
    octaneRating(): number;
    acceleration(): Stepping & { mph(): number; seconds(): number };
  };
  manufacturer(): string;
  copyManufacturer(target: Uint8Array): number;
  model(): string;
  copyModel(target: Uint8Array): number;
}

/** The generated module. */
interface CarCodecs {
  readonly CarEncoder: (new () => CarEncoder) & PlainEncoder;
  readonly CarDecoder: (new () => CarDecoder) & PlainDecoder<CarObject>;
}

/** The hot form, text as bytes. */
function hotBytes({ CarEncoder, CarDecoder }: CarCodecs): Candidate {
  const view = ringView();
  const encoder = new CarEncoder();
  const decoder = new CarDecoder();
  const vehicleCode = Buffer.from(VEHICLE_CODE);
  const manufacturerCode = Buffer.from(MANUFACTURER_CODE);
  const manufacturer = Buffer.from(MANUFACTURER);
  const model = Buffer.from(MODEL);
  const scratch = new Uint8Array(64);

  function encode(index: number): number {
    const i = index & (RING - 1);
    encoder
      .wrapAndApplyHeader(view, slotOf(index))
      .serialNumber(12_345 + i)
      .modelYear(2005 + i)
      .available(1)
      .code(0x41)
      .vehicleCodeBytes(vehicleCode)
      .extras(3);
    for (let n = 0; n < 5; n++) encoder.someNumbers(n, n);
    encoder
      .engine()
      .capacity(4200 + i)
      .numCylinders(8)
      .manufacturerCodeBytes(manufacturerCode);
    const fuel = encoder.fuelFiguresCount(FUEL_FIGURES);
    for (let n = 0; n < FUEL_FIGURES; n++) {
      fuel
        .next()
        .speed(30 + 25 * n)
        .mpg(35.75 + 6.5 * n);
    }
    const performance = encoder.performanceFiguresCount(PERFORMANCE_FIGURES);
    for (let n = 0; n < PERFORMANCE_FIGURES; n++) {
      const acceleration = performance
        .next()
        .octaneRating(95 + 4 * n)
        .accelerationCount(ACCELERATIONS);
      for (let m = 0; m < ACCELERATIONS; m++) {
        acceleration
          .next()
          .mph(30 + 30 * m)
          .seconds(4 + 3.5 * m - 0.25 * n);
      }
    }
    return encoder.manufacturerBytes(manufacturer).modelBytes(model).encodedLength();
  }

  function taken(length: number): number {
    return length + (scratch[0] ?? 0) + (scratch[length - 1] ?? 0);
  }

  function decode(index: number): number {
    decoder.wrapAndApplyHeader(view, slotOf(index));
    const engine = decoder.engine();
    let total =
      (decoder.serialNumber() +
        decoder.modelYear() +
        decoder.available() +
        decoder.code() +
        decoder.extras() +
        engine.capacity() +
        engine.numCylinders()) |
      0;
    for (let i = 0; i < 5; i++) total = (total + decoder.someNumbers(i)) | 0;
    total = (total + taken(decoder.copyVehicleCode(scratch))) | 0;
    total = (total + taken(engine.copyManufacturerCode(scratch))) | 0;
    const fuel = decoder.fuelFigures();
    while (fuel.hasNext()) {
      fuel.next();
      total = (total + fuel.speed() + fuel.mpg() * 8) | 0;
    }
    const performance = decoder.performanceFigures();
    while (performance.hasNext()) {
      total = (total + performance.next().octaneRating()) | 0;
      const acceleration = performance.acceleration();
      while (acceleration.hasNext()) {
        acceleration.next();
        total = (total + acceleration.mph() + acceleration.seconds() * 8) | 0;
      }
    }
    total = (total + taken(decoder.copyManufacturer(scratch))) | 0;
    return (total + taken(decoder.copyModel(scratch))) | 0;
  }

  fill(encode);
  return { name: "generated, hot", text: "bytes", encode, decode, ring: view };
}

/** The hot form, text as strings. */
function hotStrings({ CarEncoder, CarDecoder }: CarCodecs): Candidate {
  const view = ringView();
  const encoder = new CarEncoder();
  const decoder = new CarDecoder();

  function encode(index: number): number {
    const i = index & (RING - 1);
    encoder
      .wrapAndApplyHeader(view, slotOf(index))
      .serialNumber(12_345 + i)
      .modelYear(2005 + i)
      .available(1)
      .code(0x41)
      .vehicleCode(VEHICLE_CODE)
      .extras(3);
    for (let n = 0; n < 5; n++) encoder.someNumbers(n, n);
    encoder
      .engine()
      .capacity(4200 + i)
      .numCylinders(8)
      .manufacturerCode(MANUFACTURER_CODE);
    const fuel = encoder.fuelFiguresCount(FUEL_FIGURES);
    for (let n = 0; n < FUEL_FIGURES; n++) {
      fuel
        .next()
        .speed(30 + 25 * n)
        .mpg(35.75 + 6.5 * n);
    }
    const performance = encoder.performanceFiguresCount(PERFORMANCE_FIGURES);
    for (let n = 0; n < PERFORMANCE_FIGURES; n++) {
      const acceleration = performance
        .next()
        .octaneRating(95 + 4 * n)
        .accelerationCount(ACCELERATIONS);
      for (let m = 0; m < ACCELERATIONS; m++) {
        acceleration
          .next()
          .mph(30 + 30 * m)
          .seconds(4 + 3.5 * m - 0.25 * n);
      }
    }
    return encoder.manufacturer(MANUFACTURER).model(MODEL).encodedLength();
  }

  function taken(text: string): number {
    return text.length + text.charCodeAt(0) + text.charCodeAt(text.length - 1);
  }

  function decode(index: number): number {
    decoder.wrapAndApplyHeader(view, slotOf(index));
    const engine = decoder.engine();
    let total =
      (decoder.serialNumber() +
        decoder.modelYear() +
        decoder.available() +
        decoder.code() +
        decoder.extras() +
        engine.capacity() +
        engine.numCylinders()) |
      0;
    for (let i = 0; i < 5; i++) total = (total + decoder.someNumbers(i)) | 0;
    total = (total + taken(decoder.vehicleCode()) + taken(engine.manufacturerCode())) | 0;
    const fuel = decoder.fuelFigures();
    while (fuel.hasNext()) {
      fuel.next();
      total = (total + fuel.speed() + fuel.mpg() * 8) | 0;
    }
    const performance = decoder.performanceFigures();
    while (performance.hasNext()) {
      total = (total + performance.next().octaneRating()) | 0;
      const acceleration = performance.acceleration();
      while (acceleration.hasNext()) {
        acceleration.next();
        total = (total + acceleration.mph() + acceleration.seconds() * 8) | 0;
      }
    }
    total = (total + taken(decoder.manufacturer())) | 0;
    return (total + taken(decoder.model())) | 0;
  }

  fill(encode);
  return { name: "generated, hot", text: "strings", encode, decode, ring: view };
}

/** The plain form: an object to bytes and back. */
function plain({ CarEncoder, CarDecoder }: CarCodecs): Candidate {
  const contents = ofRing((index) => content(index, "strings"));
  const encoded = contents.map((each) => CarEncoder.encode(each));
  return {
    name: "generated, plain",
    text: "strings",
    encode: (index) => CarEncoder.encode(element(contents, index)).length,
    decode: (index) => sum(CarDecoder.decode(element(encoded, index)), "strings"),
  };
}

/** What is measured beside the peers, in the order of the report. */
export function candidates(codecs: unknown): readonly Candidate[] {
  const module = codecs as CarCodecs;
  return [hotBytes(module), floorBytes(), hotStrings(module), plain(module), floorStrings()];
}
