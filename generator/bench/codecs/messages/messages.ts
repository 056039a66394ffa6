/** The messages that are measured, and which candidates each has. */
import type { Candidate, ObjectForm, PeerRecord, TextMode } from "../candidate.js";
import { fresh } from "../fresh.js";
import type { PeerInput } from "../peers/peer.js";

/** A schema that codecs are generated from when the benchmark runs. */
export interface BenchSchema {
  /** Its folder below the generated codecs. */
  readonly baseName: string;
  /** Relative to the repository's root. */
  readonly path: string;
}

/** A message that is measured, in a process of its own. */
export interface BenchMessage {
  readonly key: string;
  readonly title: string;
  readonly schema: BenchSchema;
  /** Class of java/ that does the same with the official tool's codec. */
  readonly javaCodec: string;
  /** Text modes, each with rows of its own. */
  readonly texts: readonly TextMode[];
}

const CME = "../shared/conformance/real-world/cme-mdp3/Cme.Futures.Mdp3.Sbe.v1.12.xml";

/** In the order of the report. */
export const messages: readonly BenchMessage[] = [
  {
    key: "car",
    title: "Car (own schema with the well-known fields; two groups, one nested, two var data)",
    schema: {
      baseName: "vehicles",
      path: "generator/bench/codecs/schemas/vehicles.xml",
    },
    javaCodec: "CarCodec",
    texts: ["bytes", "strings"],
  },
  {
    key: "book",
    title: "BookIncremental (examples/schemas/market-data.xml; a group of two price levels)",
    schema: {
      baseName: "market-data",
      path: "examples/schemas/market-data.xml",
    },
    javaCodec: "BookCodec",
    texts: ["none"],
  },
  {
    key: "cancel",
    title: "CancelOrder (examples/schemas/order-entry.xml; a small order message)",
    schema: {
      baseName: "order-entry",
      path: "examples/schemas/order-entry.xml",
    },
    javaCodec: "CancelCodec",
    texts: ["bytes", "strings"],
  },
  {
    key: "cme-book",
    title: "MDIncrementalRefreshBook46 (CME MDP 3.0 v1.12; four price levels, two orders)",
    schema: { baseName: "Cme.Futures.Mdp3.Sbe.v1.12", path: CME },
    javaCodec: "CmeBookCodec",
    texts: ["none"],
  },
];

/** What a file of this folder named after a message's key holds: its own candidates. */
interface OwnModule {
  readonly candidates: (codecs: unknown) => readonly Candidate[];
}

/** What `<key>-object.ts` holds: the message as the peers take it. */
interface ObjectModule extends ObjectForm {
  readonly record: PeerRecord;
}

interface PeerModule {
  readonly create: (input: PeerInput) => Candidate | Promise<Candidate>;
}

const PEERS = ["json", "msgpackr", "avsc", "avsc-into", "protobufjs", "protobuf-es", "flatbuffers"];

/**
 * Everything that is measured for a message, in the order of the report.
 *
 * @param codecs the generated module of its schema
 */
export async function candidatesOf(message: BenchMessage, codecs: unknown): Promise<Candidate[]> {
  const { key, texts } = message;
  const own = await fresh<OwnModule>(`./messages/${key}.js`);
  const candidates = [...own.candidates(codecs)];
  for (const text of texts) {
    for (const peer of PEERS) {
      // JSON has no bytes.
      if (peer === "json" && text === "bytes") continue;
      const form = await fresh<ObjectModule>(`./messages/${key}-object.js`);
      const module = await fresh<PeerModule>(`./peers/${peer}.js`);
      candidates.push(await module.create({ record: form.record, form, text }));
    }
  }
  return candidates;
}
