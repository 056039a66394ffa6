import { channelParams, describeChannelKey } from "../../protocol/channel-params.js";
import { ChannelUri, ChannelUriError } from "../../protocol/channel-uri.js";
import { toJson } from "../io.js";
import { flag, positionals, type Subcommand } from "../subcommand.js";

/** `alerion uri`: takes a channel apart and says what each parameter means. */
export const uriCommand: Subcommand = {
  name: "uri",
  summary: "explains a channel URI",
  usage: `uri URI [--json]

exits with 1 if the channel cannot be`,
  options: { json: { type: "boolean" } },
  run: async (given, io) => {
    const [text = ""] = positionals(given, "URI");
    const uri = ChannelUri.parse(text);
    let problem: ChannelUriError | undefined;
    try {
      channelParams(uri);
    } catch (error) {
      if (!(error instanceof ChannelUriError)) throw error;
      problem = error;
    }
    const params = Array.from(uri.values, ([key, value]) => {
      const description = describeChannelKey(key);
      return {
        key,
        value,
        known: description !== undefined,
        ...(description === undefined
          ? {}
          : {
              meaning: description.meaning,
              side: description.side,
              expected: description.kind.expected,
            }),
      };
    });
    if (flag(given, "json")) {
      io.out(
        toJson({ media: uri.media, isSpy: uri.isSpy, params, problem: problem?.message ?? null }),
      );
    } else {
      io.out(`${uri.isSpy ? "spy on " : ""}${uri.media}\n`);
      for (const each of params) {
        const meaning = each.known
          ? `${each.meaning ?? ""} (${each.side ?? ""})`
          : "not a parameter that Aeron knows: ignored";
        io.out(`  ${each.key}=${each.value}  ${meaning}\n`);
      }
      if (problem !== undefined) io.err(`error: ${problem.message} [${problem.code}]\n`);
    }
    return problem === undefined ? 0 : 1;
  },
};
