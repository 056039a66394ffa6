import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import type { LocalInterface } from "../udp-network.js";
import { parseIpAddress } from "./name-resolver.js";

const IFF_MULTICAST = 0x1000;

/** The interfaces of this machine that are up. */
export function hostInterfaces(): LocalInterface[] {
  const result: LocalInterface[] = [];
  for (const [name, entries = []] of Object.entries(networkInterfaces())) {
    const addresses = entries.flatMap(({ address, cidr }) => {
      const bytes = parseIpAddress(address);
      if (bytes === undefined) return [];
      return [{ address: bytes, prefixLength: Number(cidr?.split("/")[1] ?? bytes.length * 8) }];
    });
    const flags = Number(readSysfs(name, "flags") ?? IFF_MULTICAST);
    result.push({
      name,
      index: Number(readSysfs(name, "ifindex") ?? 0),
      isLoopback: entries.some(({ internal }) => internal),
      isMulticast: (flags & IFF_MULTICAST) !== 0,
      addresses,
    });
  }
  return result;
}

/** What Linux says about an interface; elsewhere `undefined`. */
function readSysfs(name: string, file: string): string | undefined {
  try {
    return readFileSync(`/sys/class/net/${name}/${file}`, "latin1").trim();
  } catch {
    return undefined;
  }
}
