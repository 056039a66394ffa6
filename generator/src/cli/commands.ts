/** The table of commands. A command's code is loaded when it runs, so that starting stays cheap. */
import type { CommandSpec } from "./command.js";
import type { OptionSpec } from "./option-parser.js";

const HELP: OptionSpec = { name: "help", short: "h", help: "show this help" };

const DIAGNOSTICS: OptionSpec = {
  name: "diagnostics",
  value: "FORMAT",
  choices: ["text", "json", "sarif", "github"],
  help: "how findings are printed: text (default), json, sarif, github",
};

/** What reading schemas takes everywhere. */
const SCHEMA_OPTIONS: readonly OptionSpec[] = [
  {
    name: "include-root",
    value: "DIR",
    help: "XInclude may read files below DIR (default: the schema's own folder)",
  },
  { name: "warnings-fatal", help: "a warning counts as an error" },
  { name: "stop-on-error", help: "stop at the first error" },
  { name: "suppress-output", help: "print no findings; the exit code still tells" },
  DIAGNOSTICS,
  HELP,
];

const OUTPUT: OptionSpec = {
  name: "output",
  short: "o",
  value: "DIR",
  help: "folder to write to; it is made where it does not exist",
};

const SCHEMA: OptionSpec = {
  name: "schema",
  value: "S",
  help: "the schema: XML, IR .json or .sbeir",
};

const CONFIG: OptionSpec = {
  name: "config",
  value: "FILE",
  help: "the configuration (default: sbe.config.json or sbe.config.mjs of this folder)",
};

const BASELINE_OPTIONS: readonly OptionSpec[] = [
  {
    name: "baseline",
    value: "FILE",
    help: "leave out the findings that FILE accepts; what it accepts in vain is a warning",
  },
  { name: "update-baseline", help: "write all findings of this run to the baseline" },
];

const SCHEMA_INPUTS =
  "S is a file or a pattern (*, ?, **): XML, IR .json as `sbe ir` writes it, or official .sbeir.";

/** All commands, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    name: "validate",
    summary: "check schemas",
    usage: "S… [options]",
    options: SCHEMA_OPTIONS,
    details: [SCHEMA_INPUTS],
    load: async () => (await import("./commands/validate.js")).runValidate,
  },
  {
    name: "ir",
    summary: "write the intermediate representation of schemas",
    usage: "S… -o DIR [options]",
    options: [
      OUTPUT,
      {
        name: "format",
        value: "FORMAT",
        choices: ["json", "sbeir"],
        help: "json (default): tokens as text; sbeir: the official tool's bytes",
      },
      ...SCHEMA_OPTIONS,
    ],
    details: [SCHEMA_INPUTS, "Writes DIR/<base name of S>.json or .sbeir; all files or none."],
    load: async () => (await import("./commands/ir.js")).runIr,
  },
  {
    name: "generate",
    summary: "write TypeScript codecs for schemas",
    usage: "[S… -o DIR] [options]",
    options: [
      OUTPUT,
      CONFIG,
      { name: "watch", help: "generate again whenever a schema changes; Ctrl-C ends it" },
      { name: "force", help: "generate although nothing changed since the last time" },
      { name: "check", help: "type-check the output before anything is written" },
      {
        name: "emit",
        value: "KIND",
        choices: ["ts", "js"],
        help: "ts (default): TypeScript; js: JavaScript and declarations",
      },
      { name: "checks", help: "codecs check the order of calls against the order on the wire" },
      { name: "at-version", value: "N", help: "generate for version N of the schema, or older" },
      {
        name: "unknown-enums",
        value: "POLICY",
        choices: ["raw", "throw"],
        help: "enum values not in the schema: raw (default) hands them on, throw refuses them",
      },
      ...SCHEMA_OPTIONS,
    ],
    details: [
      SCHEMA_INPUTS,
      "Writes DIR/<base name of S>/; all files or none. Without S: what the configuration says.",
    ],
    load: async () => (await import("./commands/generate.js")).runGenerate,
  },
  {
    name: "decode",
    summary: "print messages as JSON",
    usage: "--schema S [--hex H | FILE… | -] [options]",
    options: [
      SCHEMA,
      { name: "hex", value: "H", help: "the bytes as hex digits; spaces are ignored" },
      {
        name: "lossless",
        help: "print the typed form with message, version and raw values; encode gives the same bytes",
      },
      ...SCHEMA_OPTIONS,
    ],
    details: [
      "Messages stand back to back, each with its header; every message is one line of JSON.",
      "Without FILE the bytes come from standard input.",
    ],
    load: async () => (await import("./commands/decode.js")).runDecode,
  },
  {
    name: "encode",
    summary: "make messages from JSON",
    usage: "--schema S [--message X] [FILE | -] [options]",
    options: [
      SCHEMA,
      {
        name: "message",
        value: "X",
        help: "name of the message; lossless documents name it themselves",
      },
      { name: "hex", help: "print hex digits, one line a message, instead of bytes" },
      ...SCHEMA_OPTIONS,
    ],
    details: [
      "Reads what `sbe decode` prints, plain or lossless: one document after another.",
      "Without FILE the documents come from standard input.",
    ],
    load: async () => (await import("./commands/encode.js")).runEncode,
  },
  {
    name: "json-schema",
    summary: "write the JSON Schema of messages",
    usage: "S [--message X | -o DIR] [options]",
    options: [
      { name: "message", value: "X", help: "of this message alone (default: one for all)" },
      OUTPUT,
      ...SCHEMA_OPTIONS,
    ],
    details: [
      "Draft 2020-12, of the plain form: what `sbe decode` prints and `sbe encode` reads.",
      "With -o writes DIR/<message>.schema.json for each message; all files or none.",
    ],
    load: async () => (await import("./commands/json-schema.js")).runJsonSchema,
  },
  {
    name: "hex",
    summary: "show messages and captures as a map of fields",
    usage: "--schema S [--hex H | FILE… | -] [options]",
    options: [
      SCHEMA,
      { name: "hex", value: "H", help: "the bytes as hex digits; spaces are ignored" },
      {
        name: "framing",
        value: "NAME",
        help: "how messages are wrapped; auto (default) finds out",
      },
      { name: "limit", value: "N", help: "show the first N packets or pieces" },
      { name: "all", help: "show every byte of long values" },
      { name: "json", help: "one line of JSON a packet or piece, with all spans" },
      { name: "html", help: "print the inspector with this input: one page that needs no server" },
      {
        name: "color",
        value: "WHEN",
        choices: ["auto", "always", "never"],
        help: "auto (default): on a terminal, unless NO_COLOR is set",
      },
      ...SCHEMA_OPTIONS,
    ],
    details: [
      "FILE is a capture (pcap, pcapng), or messages one after another, in frames or back to back; gzip is unpacked.",
      "Framings: none, sofh, ilink3, b3, mdp3, mdp3-tcp, deribit; length8, length16le, length16be, length32le, length32be, each also with -inclusive.",
      "Bytes that are no message are shown as unknown, and make the exit code 1.",
    ],
    load: async () => (await import("./commands/hex.js")).runHex,
  },
  {
    name: "wireshark",
    summary: "write a Wireshark dissector (Lua) for a schema",
    usage: "S [--framing NAME] [--udp PORTS] [--tcp PORTS] [options]",
    options: [
      {
        name: "framing",
        value: "NAME",
        help: "how messages are wrapped, as for hex; auto (default) finds out packet by packet",
      },
      { name: "udp", value: "PORTS", help: "ports and ranges that carry messages, e.g. 9000-9010" },
      { name: "tcp", value: "PORTS", help: "the same for TCP" },
      {
        name: "name",
        value: "X",
        help: "name of the protocol in filters (default: sbe_ and the schema's package)",
      },
      ...SCHEMA_OPTIONS,
    ],
    details: [
      "Prints the dissector. Without ports it finds messages by the ids of their headers, on any port.",
      "Try it: sbe wireshark S > S.lua && tshark -X lua_script:S.lua -r CAPTURE -V",
    ],
    load: async () => (await import("./commands/wireshark.js")).runWireshark,
  },
  {
    name: "compat",
    summary: "say what a new version of a schema breaks",
    usage: "OLD NEW [options]",
    options: [
      {
        name: "levels",
        value: "LIST",
        help: "of wire,meaning,source: what is looked for (default: all)",
      },
      ...BASELINE_OPTIONS,
      CONFIG,
      ...SCHEMA_OPTIONS,
    ],
    details: [
      "OLD and NEW are XML, IR .json or .sbeir, or git:REF:path for a file of a branch, tag or commit.",
      "What hurts readers of either version is an error; what only touches names is a note.",
    ],
    load: async () => (await import("./commands/compat.js")).runCompat,
  },
  {
    name: "lint",
    summary: "find hazards and bad style in schemas",
    usage: "[S…] [options]",
    options: [
      {
        name: "rule",
        value: "LIST",
        help: "of NAME=off|warning|error, * for all others; wins over the configuration",
      },
      ...BASELINE_OPTIONS,
      CONFIG,
      ...SCHEMA_OPTIONS,
    ],
    details: [SCHEMA_INPUTS, "Without S: the schemas of the configuration."],
    load: async () => (await import("./commands/lint.js")).runLint,
  },
  {
    name: "init",
    summary: "write a configuration and a first schema",
    usage: "[options]",
    options: [DIAGNOSTICS, HELP],
    details: ["Writes sbe.config.json and schemas/order-entry.xml; what is there stays."],
    load: async () => (await import("./commands/init.js")).runInit,
  },
];
