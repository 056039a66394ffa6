import { AlerionError } from "@alerion/runtime";
import { AtomicBuffer, BroadcastTransmitter } from "@alerion/runtime/concurrent";
import { ClientConductor } from "../../src/client/client-conductor.js";
import { tryConnect } from "../../src/client/driver-connection.js";
import { FragmentAssembler } from "../../src/client/fragment-assembler.js";
import { readCncLayout } from "../../src/protocol/cnc-file-descriptor.js";
import { DriverHarness } from "./driver-harness.js";

/*
 * Memory that driver and client share, changed by somebody who does not keep to the protocol. Each function takes
 * bytes that say what is changed, and throws if anything comes out but results and typed errors. Tests give them
 * random bytes, the fuzzer bytes that reach new code.
 */

const CHANGES_MAX = 40;
const CHANGE_LENGTH = 8;
/** Values next to which code decides; the script's own 32 bits otherwise. */
const VALUES = [
  0,
  1,
  -1,
  2,
  7,
  8,
  31,
  32,
  64,
  1408,
  4096,
  65_536,
  2 ** 30,
  2 ** 31 - 1,
  -(2 ** 31),
];

interface Change {
  /** What is done, whatever the target makes of it. */
  readonly op: number;
  readonly place: number;
  readonly value: number;
}

/** One change in 8 bytes: op, choice of value, place (16 bits), value (32 bits). */
function* changesOf(script: Uint8Array): Generator<Change> {
  const view = new DataView(script.buffer, script.byteOffset, script.byteLength);
  const count = Math.min(CHANGES_MAX, Math.floor(script.length / CHANGE_LENGTH));
  for (let i = 0; i < count; i++) {
    const at = i * CHANGE_LENGTH;
    const choice = view.getUint8(at + 1);
    yield {
      op: view.getUint8(at),
      place: view.getUint16(at + 2, true),
      value: VALUES[choice] ?? view.getInt32(at + 4, true),
    };
  }
}

/** Sets one aligned word of a buffer, wherever `place` falls in it. */
function change(buffer: AtomicBuffer, place: number, value: number): void {
  if (buffer.capacity >= 4) buffer.putInt32((place * 4) % (buffer.capacity & ~3), value);
}

function mustBeTyped(error: unknown): void {
  if (!(error instanceof AlerionError)) throw error;
}

/** A stack in the driver's error log is one of a fault of its own. */
function mustHoldNoFaults(harness: DriverHarness): void {
  const fault = harness.errors().find(({ text }) => /\n\s+at /.test(text));
  if (fault !== undefined) throw new Error(`driver must fail by typed errors: ${fault.text}`);
}

/** Commands whose bytes are changed before the driver reads them. Others must be served as before. */
export function hostileCommands(script: Uint8Array): void {
  const harness = new DriverHarness();
  const client = harness.client();
  const publication = client.addPublication("aeron:ipc", 10);
  const subscription = client.addSubscription("aeron:ipc", 10);
  harness.run();
  client.receive();
  for (const { op, place, value } of changesOf(script)) {
    const { ring } = client;
    const from = ring.producerPosition();
    switch (op % 12) {
      case 0:
        client.addPublication("aeron:ipc?term-length=64k|session-id=7", 11, (op & 64) !== 0);
        break;
      case 1:
        client.addSubscription("aeron:ipc?tether=false", 10);
        break;
      case 2:
        client.removePublication(publication);
        break;
      case 3:
        client.removeSubscription(subscription);
        break;
      case 4:
        client.addCounter(2001, new Uint8Array(12), "a counter");
        break;
      case 5:
        client.addStaticCounter(5n, 2002, "a static one");
        break;
      case 6:
        client.removeCounter(subscription);
        break;
      case 7:
        client.rejectImage(publication, "no");
        break;
      case 8:
        client.nextSessionId(10);
        break;
      case 9:
        client.addDestination(publication, "aeron:udp?endpoint=localhost:1");
        break;
      case 10:
        client.keepalive();
        break;
      default:
        // A type that may be none, with any bytes.
        client.sendBytes((value & 0x7f) + 1, script.subarray(0, place % 64));
    }
    // Behind the record's own header: what the client writes into it, not how the ring is kept.
    const length = ring.producerPosition() - from - 8;
    const start = (from % ring.capacity) + 8;
    if (length >= 4 && start + length <= ring.capacity && op >= 12) {
      ring.buffer.putInt32(start + ((place * 4) % (length & ~3)), value);
    }
    harness.run();
    client.receive();
  }
  mustHoldNoFaults(harness);
  const other = harness.client();
  const added = other.addSubscription("aeron:ipc", 99);
  harness.run();
  other.receive();
  other.last("ON_SUBSCRIPTION_READY", "correlationId", added);
}

/** Words of rings, counters and logs that are changed under the driver. It must go on or say what is wrong. */
export function hostileMemoryOfDriver(script: Uint8Array): void {
  const harness = new DriverHarness();
  const client = harness.client();
  const id = client.addPublication("aeron:ipc?term-length=64k", 10);
  client.addSubscription("aeron:ipc", 10);
  harness.run();
  client.receive();
  const { log } = client.publication(id);
  const layout = readCncLayout(client.cnc.view, client.cnc.capacity);
  const section = ({ offset, length }: { offset: number; length: number }): AtomicBuffer =>
    client.cnc.slice(offset, length);
  const trailer = client.ring.buffer.slice(client.ring.capacity, 768);
  for (const { op, place, value } of changesOf(script)) {
    switch (op % 7) {
      case 0:
        change(log.metadata.buffer, place, value);
        break;
      case 1:
        change(log.term(place % 3), place, value);
        break;
      case 2:
        change(section(layout.countersValues), place, value);
        break;
      case 3:
        change(section(layout.countersMetadata), place, value);
        break;
      case 4:
        change(client.ring.buffer, place, value);
        break;
      case 5:
        // Not the heartbeat, behind it: only the driver writes that.
        change(trailer, place % 160, value);
        break;
      default:
        harness.clock.advanceMs(1000);
    }
    harness.driver.doWork();
  }
  for (let i = 0; i < 20; i++) {
    harness.clock.advanceMs(1000);
    harness.driver.doWork();
  }
  mustHoldNoFaults(harness);
}

/** A CnC file in which words are changed, then a client on it. */
export function hostileCnc(script: Uint8Array): void {
  const harness = new DriverHarness();
  const { files, clock, config } = harness;
  const cnc = new AtomicBuffer(files.buffer(`${config.dir}/cnc.dat`) as ArrayBuffer);
  for (const { op, place, value } of changesOf(script)) {
    // The metadata that says where everything is, or anything.
    change(op % 2 === 0 ? cnc.slice(0, 256) : cnc, place, value);
  }
  const errors: unknown[] = [];
  let conductor: ClientConductor;
  try {
    const attempt = tryConnect(files, config.dir, clock, 10_000);
    if (attempt.kind !== "connected") return;
    conductor = makeConductor(harness, attempt.connection, errors);
    conductor.commands.addSubscription("aeron:ipc", 10, {});
  } catch (error) {
    mustBeTyped(error);
    return;
  }
  for (let i = 0; i < 20; i++) {
    clock.advanceMs(100);
    conductor.doWork();
  }
  for (const error of errors) mustBeTyped(error);
}

/** Events whose bytes are changed, and logs, under a client that reads. */
export function hostileMemoryOfClient(script: Uint8Array): void {
  const harness = new DriverHarness();
  const attempt = tryConnect(harness.files, harness.config.dir, harness.clock, 10_000);
  if (attempt.kind !== "connected") throw new Error(attempt.problem);
  const { connection } = attempt;
  const errors: unknown[] = [];
  const conductor = makeConductor(harness, connection, errors);
  const subscribed = conductor.commands.addSubscription("aeron:ipc", 10, {
    onError: (error) => errors.push(error),
  });
  const published = conductor.commands.addExclusivePublication("aeron:ipc?term-length=64k", 10);
  const work = (): void => {
    harness.driver.doWork();
    conductor.doWork();
  };
  for (let i = 0; i < 5; i++) work();
  const { layout, memory } = connection;
  const toClients = memory.slice(layout.toClients.offset, layout.toClients.length);
  const events = new BroadcastTransmitter(toClients);
  const tail = toClients.slice(events.capacity, 128);
  const source = new AtomicBuffer(new ArrayBuffer(4096));
  const assembler = new FragmentAssembler(() => {});
  const log = harness.client().mapLog(harness.logPaths()[0] ?? "");
  for (const { op, place, value } of changesOf(script)) {
    switch (op % 8) {
      case 0:
        // Any event, with any bytes.
        source.putBytes(0, script, 0, Math.min(script.length, 512));
        events.transmit(0x0f01 + (place % 16), source, 0, (value >>> 0) % 512);
        break;
      case 1:
        // What was said before, once more and a little different.
        source.copyFrom(0, toClients, 8, 256);
        change(source, place % 64, value);
        events.transmit(0x0f01 + (op >> 4), source, 0, 256);
        break;
      case 2:
        change(toClients, place, value);
        break;
      case 3:
        change(tail, place, value);
        break;
      case 4:
        change(log.term(place % 3), place % 512, value);
        break;
      case 5:
        change(log.metadata.buffer, place, value);
        break;
      case 6:
        published.resource?.offer(source, 0, (value >>> 0) % 3000);
        break;
      default:
        harness.clock.advanceMs(20);
    }
    work();
    subscribed.resource?.poll(assembler.onFragment, 10);
  }
  for (const error of errors) mustBeTyped(error);
}

function makeConductor(
  harness: DriverHarness,
  connection: ConstructorParameters<typeof ClientConductor>[0]["connection"],
  errors: unknown[],
): ClientConductor {
  const { files, clock } = harness;
  return new ClientConductor({
    connection,
    files,
    clock,
    options: {},
    onCommand: () => {},
    onError: (error) => errors.push(error),
    labelSuffix: "",
  });
}
