import { MessageChannel } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { AgentPort } from "../../../src/driver/network/agent-port.js";
import { UdpAddress } from "../../../src/driver/network/udp-address.js";

interface Commands {
  add(command: { readonly id: number; readonly address: unknown }): void;
  remove(command: { readonly id: number }): void;
}

function connected(): [AgentPort, AgentPort] {
  const { port1, port2 } = new MessageChannel();
  const counts = new Int32Array(new SharedArrayBuffer(8));
  return [
    new AgentPort({ port: port1, counts, own: 0 }),
    new AgentPort({ port: port2, counts, own: 1 }),
  ];
}

function recorder(calls: unknown[]): Commands {
  return {
    add: (command) => calls.push(["add", command]),
    remove: (command) => calls.push(["remove", command]),
  };
}

describe("the port between two agents", () => {
  it("carries calls in order, both ways, when the other end looks", () => {
    const [conductor, agent] = connected();
    const [commands, events]: unknown[][] = [[], []];
    const toAgent = conductor.proxy<Commands>("agent");
    toAgent.add({ id: 1, address: "x" });
    toAgent.remove({ id: 1 });
    agent.proxy<Commands>("conductor").remove({ id: 7 });
    expect(commands).toEqual([]);
    expect(agent.receive({ agent: recorder(commands ?? []) })).toBe(2);
    expect(agent.receive({ agent: recorder(commands ?? []) })).toBe(0);
    expect(conductor.receive({ conductor: recorder(events ?? []) })).toBe(1);
    expect(commands).toEqual([
      ["add", { id: 1, address: "x" }],
      ["remove", { id: 1 }],
    ]);
    expect(events).toEqual([["remove", { id: 7 }]]);
    conductor.close();
    agent.close();
  });

  it("keeps addresses, wherever they are, and shared memory", () => {
    const [conductor, agent] = connected();
    const calls: [string, { address: { nested: UdpAddress; memory: SharedArrayBuffer } }][] = [];
    const nested = UdpAddress.of({ address: Uint8Array.of(10, 0, 0, 1), port: 9 });
    const memory = new SharedArrayBuffer(8);
    conductor.proxy<Commands>("agent").add({ id: 1, address: { nested, memory } });
    agent.receive({ agent: recorder(calls) });
    const received = calls[0]?.[1].address;
    expect(String(UdpAddress.of(received?.nested ?? nested))).toBe("10.0.0.1:9");
    new Int32Array(memory)[0] = 5;
    expect(new Int32Array(received?.memory ?? new SharedArrayBuffer(4))[0]).toBe(5);
    conductor.close();
    agent.close();
  });
});
