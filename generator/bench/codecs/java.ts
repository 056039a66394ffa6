/** The codecs that the official tool generates, measured in processes of their own. */
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { TextMode } from "./candidate.js";
import type { BenchMessage } from "./messages/messages.js";
import type { Row } from "./results.js";
import { run } from "./run.js";

const FOLDER = ".build/bench-java";
const SOURCES = "generator/bench/codecs/java";
/** Agrona reads a field of the JDK that its modules close. */
const OPENS = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED";

/** The jars, or why there are none: tools/bench.mjs brings them as the interop tests get them. */
export function javaClasspath(): { readonly jars: readonly string[] } | { readonly why: string } {
  const classpath = process.env["ALERION_JAVA_CLASSPATH"];
  if (classpath === undefined) {
    return { why: process.env["ALERION_INTEROP_SKIP"] ?? "run by npm run bench" };
  }
  // Aeron's jar holds classes of Agrona of another version than the one that SBE asks for.
  return { jars: classpath.split(delimiter).filter((jar) => !jar.includes("aeron-all")) };
}

/** What the row is called. */
export function javaName(checks: boolean): string {
  return `Java, bounds checks ${checks ? "on" : "off"}`;
}

/** Generated and compiled codecs in Java. */
export class JavaCodecs {
  readonly #classpath: string;
  #version = "";

  /** Generates and compiles; takes some seconds. */
  constructor(jars: readonly string[], messages: readonly BenchMessage[]) {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(join(FOLDER, "classes"), { recursive: true });
    const tool = ["-cp", jars.join(delimiter), "uk.co.real_logic.sbe.SbeTool"];
    const output = `-Dsbe.output.dir=${FOLDER}/sources`;
    for (const { schema } of messages) run("java", [OPENS, output, ...tool, schema.path]);
    const generated = readdirSync(join(FOLDER, "sources"), { recursive: true, encoding: "utf8" });
    const files = generated
      .filter((name) => name.endsWith(".java"))
      .map((name) => join(FOLDER, "sources", name));
    const wanted = messages.map(({ javaCodec }) => `${javaCodec}.java`);
    const own = readdirSync(SOURCES)
      .filter((name) => !/.Codec\.java$/.test(name) || wanted.includes(name))
      .map((name) => join(SOURCES, name));
    run("javac", ["-d", `${FOLDER}/classes`, "-cp", jars.join(delimiter), ...own, ...files]);
    this.#classpath = [join(FOLDER, "classes"), ...jars].join(delimiter);
  }

  /** The version of the virtual machine, once something was measured. */
  title(): string {
    return `Java ${this.#version}`;
  }

  /** Measures the codec of one message in a process of its own. */
  measure({ javaCodec }: BenchMessage, text: TextMode, checks: boolean): Row {
    const options = [OPENS, `-Dagrona.disable.bounds.checks=${!checks}`, "-cp", this.#classpath];
    const output = run("java", [...options, "CodecBench", javaCodec, text]);
    const { java, ...row } = JSON.parse(output) as Omit<Row, "name" | "text"> & { java: string };
    this.#version = java;
    return { name: javaName(checks), text, ...row };
  }
}
