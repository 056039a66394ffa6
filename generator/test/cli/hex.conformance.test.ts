import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { CliFolder } from "../support/cli.js";

const folder = fileURLToPath(
  new URL("../../../../shared/conformance/real-world/", import.meta.url),
);

/** Captures of real venues with the schema that each was made with. */
const CAPTURES: readonly (readonly [samples: string, schema: string])[] = [
  [
    "b3-entrypoint/samples/BinaryEntryPoint.v8.0",
    "b3-entrypoint/B3.Equities.BinaryEntryPoint.Sbe.v8.0.xml",
  ],
  [
    "b3-entrypoint/samples/BinaryEntryPoint.v8.1",
    "b3-entrypoint/B3.Equities.BinaryEntryPoint.Sbe.v8.1.xml",
  ],
  ["cme-ilink3/samples/iLink3.Sbe.8.5", "cme-ilink3/Cme.Futures.iLink3.Sbe.v8.5.xml"],
  ["cme-mdp3/samples/Mdp3.Sbe.v1.5", "cme-mdp3/Cme.Futures.Mdp3.Sbe.v1.5.xml"],
  ["cme-mdp3/samples/Mdp3.Sbe.v1.9", "cme-mdp3/Cme.Futures.Mdp3.Sbe.v1.9.xml"],
  ["cme-mdp3/samples/Mdp3.Sbe.v1.12", "cme-mdp3/Cme.Futures.Mdp3.Sbe.v1.12.xml"],
  ["deribit-multicast/samples", "deribit-multicast/deribit_multicast_noheader.xml"],
];

/** What is not understood, and why. */
const NOT_UNDERSTOOD: ReadonlyMap<string, RegExp> = new Map([
  ["QuoteCancelAck.pcap", /frame must be complete/],
  // Messages of another schema: session management.
  ["RequestAck.Tcp.pcap", /message must be of the schema: schemaId=2/],
  ["SecurityListRequest.Tcp.pcap", /message must be of the schema: schemaId=2/],
  ["SecurityStatusRequest.Tcp.pcap", /message must be of the schema: schemaId=2/],
  ["SubscriberHeartbeat.Tcp.pcap", /message must be of the schema: schemaId=2/],
]);

function filesOf([samples, schema]: readonly [string, string]): [string, string][] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder + samples)
    .filter((name) => /\.pcap(ng)?(\.gz)?$/.test(name))
    .map((name) => [`${samples}/${name}`, schema]);
}

describe.skipIf(!existsSync(folder))("sbe hex of captures of real venues", () => {
  it.each(CAPTURES.flatMap(filesOf))(
    "%s: every byte has a name",
    async (capture, schema) => {
      using cli = new CliFolder();
      const args = ["hex", "--schema", folder + schema, folder + capture, "--limit", "300"];
      const { code, stdout, stderr } = await cli.sbe(args);
      const reason = NOT_UNDERSTOOD.get(capture.slice(capture.lastIndexOf("/") + 1));
      expect(stdout).toMatch(/^packet 1: /);
      if (reason === undefined) {
        expect({ code, stderr }).toStrictEqual({ code: 0, stderr: "" });
        expect(stdout).not.toContain("(unknown)");
      } else {
        expect(code).toBe(1);
        expect(stderr).toMatch(reason);
      }
    },
    60_000,
  );

  it("reads decimals and times out as the venue means them", async () => {
    using cli = new CliFolder();
    const [capture] = filesOf(["cme-mdp3/samples/Mdp3.Sbe.v1.9", ""]).filter(([name]) =>
      name.endsWith("TradeSummary.pcap"),
    );
    const { stdout } = await cli.sbe([
      "hex",
      "--schema",
      `${folder}cme-mdp3/Cme.Futures.Mdp3.Sbe.v1.9.xml`,
      folder + (capture?.[0] ?? ""),
    ]);
    expect(stdout).toContain("12952000000000  = 12952.000000000\n");
    expect(stdout).toContain("1536760535682568739  = 2018-09-12T13:55:35.682568739Z\n");
  });
});
