import type { PlantedBug } from "./planted-bugs.js";

const logbuffer = "runtime/src/concurrent/logbuffer";
const send = "transport/src/driver/network/send";
const receive = "transport/src/driver/network/receive";

/** The bugs that issue 6 lists, each as the smallest change that makes it. */
export const plantedNetworkBugs: readonly PlantedBug[] = [
  {
    name: "skip a NAK",
    changes: [
      {
        file: `${receive}/receiver-image.ts`,
        find: /frames\.nak\([^;]*;\n\s+this\.endpoint\.sendTo\(this\.#connections\);/,
        replace: "",
      },
    ],
  },
  {
    name: "NAK the wrong range",
    changes: [
      {
        file: `${receive}/receiver-image.ts`,
        find: /frames\.nak\(this\.sessionId, this\.streamId, termId, termOffset, length\)/,
        replace: "frames.nak(this.sessionId, this.streamId, termId, termOffset + length, length)",
      },
    ],
  },
  {
    name: "drop the last status message",
    changes: [
      {
        file: `${receive}/receiver-image.ts`,
        find: /change === this\.#lastSmChange && !isDue/,
        replace: "change === this.#lastSmChange",
      },
    ],
  },
  {
    name: "wrong receiver window",
    changes: [
      {
        file: `${receive}/network-image.ts`,
        find: /this\.#nextSmPosition & \(this\.#termLength - 1\),\n\s+this\.#nextSmWindow,/,
        replace: "this.#nextSmPosition & (this.#termLength - 1), this.#termLength,",
      },
    ],
  },
  {
    name: "the sender passes its limit",
    changes: [
      {
        file: `${send}/sender-publication.ts`,
        find: /const window = this\.#limit - cursor\.position;/,
        replace: "const window = this.#limit + 4096 - cursor.position;",
      },
    ],
  },
  {
    name: "retransmit of a cleaned term",
    changes: [
      {
        file: `${send}/network-publication.ts`,
        find: /this\.#cleaner\.cleanTo\(([^;)]*?) - this\.#termLength\)/g,
        replace: "this.#cleaner.cleanTo($1)",
      },
    ],
  },
  {
    name: "the heartbeat stops",
    changes: [
      {
        file: `${send}/sender-publication.ts`,
        find: /if \(!this\.#hasInitialConnection \|\| nowNs - this\.#timeOfLastSendNs < HEARTBEAT_INTERVAL_NS\)/,
        replace: "if (nowNs > 0)",
      },
    ],
  },
  {
    name: "the end of the stream is lost",
    changes: [
      {
        file: `${send}/sender-publication.ts`,
        find: /const hasEnded = isRevoked \|\| [^;]*;/,
        replace: "const hasEnded = isRevoked;",
      },
    ],
  },
  {
    name: "a setup is answered twice",
    changes: [
      {
        file: `${receive}/stream-dispatcher.ts`,
        find: /if \(state === "INIT_IN_PROGRESS" \|\| state === "ON_COOL_DOWN"\) return;/,
        replace: 'if (state === "ON_COOL_DOWN") return;',
      },
      {
        file: `${receive}/stream-dispatcher.ts`,
        find: /image\.onSetup\(destination, from\);\n\s+return;/,
        replace: "image.onSetup(destination, from);",
      },
    ],
  },
  {
    name: "an image takes what lies beyond the over-run bound",
    changes: [
      {
        file: `${receive}/receiver-image.ts`,
        find: /if \(endPosition > this\.#overRunLimit\)/,
        replace: "if (endPosition > this.#overRunLimit + this.#termLength)",
      },
    ],
  },
  {
    name: "loss at the tail is never seen",
    changes: [
      {
        file: `${receive}/receiver-image.ts`,
        find: /if \(position > this\.#hwm\.value\) \{[^}]*\}/,
        replace: "",
      },
    ],
  },
  {
    name: "min flow control forgets a receiver",
    changes: [
      {
        file: `${send}/group-flow-control.ts`,
        find: /if \(receiver\.limit < min\) min = receiver\.limit;\n\s+\}\n\s+if \(\n?\s*isTracked/,
        replace: "min = receiver.limit;\n    }\n    if (isTracked",
      },
    ],
  },
  {
    name: "a duplicate is inserted twice",
    changes: [
      {
        file: `${logbuffer}/term-rebuilder.ts`,
        find: /if \(term\.getInt32Volatile\(termOffset\) !== 0\) return false;/,
        replace: "",
      },
      {
        file: `${receive}/receiver-image.ts`,
        find: /if \(position < this\.#lastSmPosition\) \{/,
        replace: "if (position < this.#lastSmPosition - 2 * this.#termLength) {",
      },
    ],
  },
  {
    name: "the term rotates one frame too early",
    changes: [
      {
        file: `${send}/term-cursor.ts`,
        find: /if \(this\.termOffset < this\.termLength\) return;/,
        replace: "if (this.termOffset < this.termLength - 1408) return;",
      },
    ],
  },
  {
    name: "an unreliable gap is not skipped",
    changes: [
      {
        file: `${receive}/receiver-image.ts`,
        find: /if \(tryFillGap\([^)]*\)\) \{/,
        replace: "if (change < 0) {",
      },
    ],
  },
];
