import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Impairments } from "./impairments.mjs";
import { disableChecksumOffload } from "./packet-socket.mjs";

/** What became of the packets of one direction. */
export interface LinkCounts {
  readonly passed: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly reordered: number;
  readonly corrupted: number;
}

/** One of the two hosts at a link. */
export interface LinkHost {
  /** Name of its network namespace. */
  readonly namespace: string;
  /** IPv4 address on the link; the prefix has 24 bits. */
  readonly address: string;
}

function ip(...args: string[]): void {
  const { status, stderr, error } = spawnSync("ip", args, { encoding: "utf8" });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`ip ${args.join(" ")} must succeed: ${stderr}`);
}

/** Why there can be no network namespaces here, or `undefined`. */
export function namespacesSkipReason(): string | undefined {
  if (process.platform !== "linux") return `network namespaces need Linux: ${process.platform}`;
  const name = `alerion-probe-${process.pid}`;
  const { status, stderr, error } = spawnSync("ip", ["netns", "add", name], { encoding: "utf8" });
  if (error !== undefined) return `no iproute2: ${error.message}`;
  if (status !== 0) return `no network namespaces: ${stderr.trim()}`;
  ip("netns", "del", name);
  return undefined;
}

let linkCount = 0;

/**
 * Two hosts, each a network namespace, with a bad cable between them: a relay that delays, loses, duplicates,
 * reorders and corrupts UDP packets from a seed. Needs root, iproute2 and koffi.
 */
export class LossyLink {
  readonly left: LinkHost;
  readonly right: LinkHost;
  readonly #relay: ChildProcess;
  readonly #output: Promise<string>;
  readonly #ready: Promise<void>;

  private constructor(id: string, subnet: number, seed: number, impairments: Impairments) {
    this.left = { namespace: `al${id}`, address: `10.213.${subnet}.1` };
    this.right = { namespace: `ar${id}`, address: `10.213.${subnet}.2` };
    const ends = [this.left, this.right].map((host) => {
      const inner = `e${host.namespace}`;
      const outer = `x${host.namespace}`;
      ip("netns", "add", host.namespace);
      ip("link", "add", inner, "type", "veth", "peer", "name", outer);
      for (const each of [inner, outer]) disableChecksumOffload(each);
      ip("link", "set", inner, "netns", host.namespace);
      ip("link", "set", outer, "up");
      const inside = (...args: string[]): void => {
        ip("-n", host.namespace, ...args);
      };
      inside("link", "set", "lo", "up");
      inside("addr", "add", `${host.address}/24`, "dev", inner);
      inside("link", "set", inner, "up");
      inside("route", "add", "224.0.0.0/4", "dev", inner);
      return outer;
    });
    const relay = fileURLToPath(new URL("relay.mjs", import.meta.url));
    const settings = { a: ends[0], b: ends[1], seed, impairments };
    this.#relay = spawn(process.execPath, [relay, JSON.stringify(settings)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    this.#ready = new Promise((resolve, reject) => {
      this.#relay.once("exit", (status) => {
        reject(new Error(`relay must run: status=${status}`));
      });
      this.#relay.stdout?.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes("ready")) resolve();
      });
    });
    this.#output = new Promise((resolve) => {
      this.#relay.once("close", () => {
        resolve(output);
      });
    });
  }

  static async open(seed: number, impairments: Impairments): Promise<LossyLink> {
    const subnet = linkCount++ % 250;
    const link = new LossyLink(`${process.pid}-${subnet}`, subnet, seed, impairments);
    await link.#ready;
    return link;
  }

  /** Command line that runs a program at a host. */
  at(host: LinkHost, command: string, ...args: string[]): readonly [string, ...string[]] {
    return ["ip", "netns", "exec", host.namespace, command, ...args];
  }

  /** Takes everything down. What became of the packets, left to right and right to left. */
  async close(): Promise<readonly [LinkCounts, LinkCounts]> {
    this.#relay.kill("SIGTERM");
    const output = await this.#output;
    for (const { namespace } of [this.left, this.right]) ip("netns", "del", namespace);
    const line = output.trim().split("\n").at(-1) ?? "";
    return JSON.parse(line) as [LinkCounts, LinkCounts];
  }
}
