/**
 * The floor under the UDP benchmark: datagrams on loopback through the driver's own door to the system, one thread,
 * with nothing of Aeron's.
 */

/** What is used here of the driver's door to the system (src/os/os.ts). */
interface Os {
  openUdp(family: 4): UdpSocket;
  allocateDatagrams(slotCount: number, slotLength: number): Datagrams;
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
  close(): void;
}

interface Datagrams {
  setLength(slot: number, length: number): void;
  free(): void;
}

const LENGTH = 64;
const BATCH = 64;
const LOOPBACK = Uint8Array.of(127, 0, 0, 1);
const LATENCY_UNIT_NS = 10;

/** What the bare sockets do. */
export interface UdpFloor {
  /** Round trip of 64 bytes, µs: four calls. */
  readonly p50: number;
  /** Datagrams a second, sent and received in batches of 64 by one thread. */
  readonly rate: number;
}

async function loadOs(): Promise<Os> {
  // Not one of the package's doors: what lies under them.
  const url = new URL("../../../../../transport/dist/os/load-os.js", import.meta.url);
  const { loadOs: load } = (await import(url.href)) as { loadOs: () => Promise<Os> };
  return load();
}

function pair(os: Os): readonly [UdpSocket, UdpSocket] {
  const open = (): UdpSocket => {
    const socket = os.openUdp(4);
    socket.setOption({ kind: "receive-buffer", value: 2 << 20 });
    socket.bind({ address: LOOPBACK, port: 0 });
    return socket;
  };
  const [a, b] = [open(), open()];
  const at = (socket: UdpSocket): SocketAddress => socket.localAddress();
  a.connect(at(b));
  b.connect(at(a));
  return [a, b];
}

/** Measures for so long each. */
export async function measureUdpFloor(durationMs: number): Promise<UdpFloor> {
  const os = await loadOs();
  const [a, b] = pair(os);
  const out = os.allocateDatagrams(BATCH, LENGTH);
  const inp = os.allocateDatagrams(BATCH, 2048);
  for (let slot = 0; slot < BATCH; slot++) out.setLength(slot, LENGTH);
  const one = os.allocateDatagrams(1, 2048);

  const cross = (from: UdpSocket, to: UdpSocket): void => {
    from.send(out, 0, 1, true);
    while (to.receive(one) === 0);
  };
  const times: number[] = [];
  const end = performance.now() + durationMs;
  while (performance.now() < end) {
    const start = performance.now();
    cross(a, b);
    cross(b, a);
    times.push(Math.round(((performance.now() - start) * 1_000_000) / LATENCY_UNIT_NS));
  }
  times.sort((x, y) => x - y);
  const p50 = ((times[times.length >> 1] ?? 0) * LATENCY_UNIT_NS) / 1000;

  let received = 0;
  const startMs = performance.now();
  while (performance.now() < startMs + durationMs) {
    for (let i = 0; i < 16; i++) {
      a.send(out, 0, BATCH, true);
      received += b.receive(inp);
    }
  }
  const rate = (received * 1000) / (performance.now() - startMs);
  for (const each of [out, inp, one]) each.free();
  a.close();
  b.close();
  return { p50, rate };
}
