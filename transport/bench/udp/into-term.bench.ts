/**
 * Whether it would pay to receive datagrams straight into the term that they belong to, instead of into a slot and
 * from there by a copy: the most that could be won, on loopback, in one thread.
 *
 *   npm run bench -- into-term
 *
 * Each round sends 64 datagrams and receives them; the copy, and only that, is left out in every other round. What the
 * real thing would need besides (the header apart, cleaning up after datagrams that turn out to belong elsewhere) is
 * not charged.
 */
import { AtomicBuffer } from "@alerion/runtime/concurrent";

const BATCH = 16;
const BATCHES = 4;
const ROUND_COUNT = 4000;
const LOOPBACK = Uint8Array.of(127, 0, 0, 1);
const TERM_LENGTH = 1 << 20;

/** What is used here of the driver's door to the system (src/os/os.ts). */
interface Os {
  openUdp(family: 4): UdpSocket;
  allocateDatagrams(slotCount: number, slotLength: number): Datagrams;
  mapAnonymous(length: number): { readonly buffer: ArrayBuffer; readonly address: number };
}

interface SocketAddress {
  readonly address: Uint8Array;
  readonly port: number;
}

interface UdpSocket {
  setOption(option: { readonly kind: "receive-buffer"; readonly value: number }): void;
  bind(address: SocketAddress): void;
  connect(address: SocketAddress): void;
  localAddress(): SocketAddress;
  receive(into: Datagrams): number;
  send(from: Datagrams, first: number, count: number, isConnected: boolean): number;
}

interface Datagrams {
  readonly buffer: ArrayBuffer;
  readonly slotLength: number;
  setLength(slot: number, length: number): void;
  setSource(slot: number, address: number, length: number): void;
}

const url = new URL("../../../../../transport/dist/os/load-os.js", import.meta.url);
const { loadOs } = (await import(url.href)) as { loadOs: () => Promise<Os> };
const os = await loadOs();

function socket(): UdpSocket {
  const made = os.openUdp(4);
  made.setOption({ kind: "receive-buffer", value: 2 << 20 });
  made.bind({ address: LOOPBACK, port: 0 });
  return made;
}

const [sender, receiver] = [socket(), socket()];
sender.connect(receiver.localAddress());

const memory = os.mapAnonymous(TERM_LENGTH);
const term = new AtomicBuffer(memory.buffer, 0, TERM_LENGTH);

/** Nanoseconds a datagram, the least of all rounds. */
function measure(length: number): readonly [copied: number, direct: number] {
  const out = os.allocateDatagrams(BATCH, length);
  for (let slot = 0; slot < BATCH; slot++) out.setLength(slot, length);
  const slots = os.allocateDatagrams(BATCH, 2048);
  const straight = os.allocateDatagrams(BATCH, 2048);
  const source = new AtomicBuffer(slots.buffer, 0, slots.buffer.byteLength);
  const best = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < ROUND_COUNT; round++) {
    const isDirect = round % 2 === 1;
    let offset = (round * 2048) % (TERM_LENGTH / 2);
    let elapsedMs = 0;
    for (let batch = 0; batch < BATCHES; batch++) {
      sender.send(out, 0, BATCH, true);
      if (isDirect) {
        for (let slot = 0; slot < BATCH; slot++) {
          straight.setSource(slot, memory.address + offset + slot * length, 2048);
        }
      }
      const start = performance.now();
      const count = receiver.receive(isDirect ? straight : slots);
      if (!isDirect) {
        for (let slot = 0; slot < count; slot++) {
          term.copyFrom(offset + slot * length, source, slot * slots.slotLength, length);
        }
      }
      elapsedMs += performance.now() - start;
      offset += BATCH * length;
    }
    const index = isDirect ? 1 : 0;
    best[index] = Math.min(best[index] ?? 0, (elapsedMs * 1_000_000) / (BATCH * BATCHES));
  }
  return [best[0] ?? 0, best[1] ?? 0];
}

for (const length of [64, 1408]) {
  measure(length);
  const [copied, direct] = measure(length);
  console.log(
    `${length} bytes: received and copied ${copied.toFixed(0)} ns, straight into the term ${direct.toFixed(0)} ns, ratio ${(copied / direct).toFixed(2)}`,
  );
}
