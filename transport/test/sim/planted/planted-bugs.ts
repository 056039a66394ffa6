/** A change that breaks a promise; the simulator must find it. */
export interface PlantedBug {
  readonly name: string;
  readonly changes: readonly {
    /** Relative to the repository. */
    readonly file: string;
    /** Must occur. */
    readonly find: RegExp;
    readonly replace: string;
  }[];
}

const logbuffer = "runtime/src/concurrent/logbuffer";
const driver = "transport/src/driver";

/** The bugs that issue 5 lists, each as the smallest change that makes it. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: "publish the length before the payload",
    changes: [
      {
        file: `${logbuffer}/frame-writer.ts`,
        find: /this\.begin\(term, offset, frameLength, termId\);\n(\s+)term\.copyFrom/,
        replace:
          "this.begin(term, offset, frameLength, termId);\n$1term.putInt32Release(offset, frameLength);\n$1term.copyFrom",
      },
    ],
  },
  {
    name: "skip the negative length",
    changes: [
      {
        file: `${logbuffer}/frame-writer.ts`,
        find: /(words\[index\] = |store\w+\(words, index, )-frameLength/g,
        replace: "$10",
      },
      {
        file: `${logbuffer}/exclusive-appender.ts`,
        find: /words\[index\] = -(?:frameLength|\(length \+ HEADER_LENGTH\))/g,
        replace: "words[index] = 0",
      },
      {
        file: `${logbuffer}/shared-appender.ts`,
        find: /words\[index\] = -frameLength/g,
        replace: "words[index] = 0",
      },
    ],
  },
  {
    name: "reuse a dirty term",
    changes: [
      {
        file: `${driver}/log-cleaner.ts`,
        find: /term\.setMemory\(offset \+ 8, length - 8, 0\);\n\s+term\.putInt64Release\(offset, 0\);/,
        replace: "",
      },
    ],
  },
  {
    name: "clamp wrongly at the end of a term",
    changes: [
      {
        file: `${logbuffer}/log-buffer-metadata.ts`,
        find: /Math\.min\(termOffset, termLength\)/,
        replace: "termOffset",
      },
    ],
  },
  {
    name: "forget the padding frame",
    changes: [
      {
        file: `${logbuffer}/shared-appender.ts`,
        find: /this\.frames\.pad\(this\.term, frameOffset, [^;]+;/,
        replace: "",
      },
      {
        file: `${logbuffer}/exclusive-appender.ts`,
        find: /this\.frames\.pad\(this\.term, termOffset, [^;]+;/,
        replace: "",
      },
    ],
  },
  {
    name: "lose an unblock",
    changes: [
      {
        file: `${driver}/ipc-publication.ts`,
        find: /if \(unblockLog\(this\.#buffers, consumerPosition\)\)/,
        replace: "if (consumerPosition < 0)",
      },
    ],
  },
  {
    name: "let the position counter stay behind",
    changes: [
      {
        file: `${logbuffer}/log-reader.ts`,
        find: /this\.#counter\.set\(position\);/,
        replace: "this.#counter.set(position - this.termLength);",
      },
    ],
  },
  {
    name: "wrap term ids wrongly",
    changes: [
      {
        file: `${logbuffer}/position.ts`,
        find: /\(\(termId - initialTermId\) \| 0\) \* \(1/g,
        replace: "(termId - initialTermId) * (1",
      },
    ],
  },
  {
    name: "give two publications one session id",
    changes: [
      {
        file: `${driver}/session-ids.ts`,
        find: /return this\.#active\.has\(/,
        replace: "return false && this.#active.has(",
      },
    ],
  },
  {
    name: "do not check the liveness of clients",
    changes: [
      {
        file: `${driver}/aeron-client.ts`,
        find: /if \(this\.#hasTimedOut \|\| nowMs/,
        replace: "if (this.#hasTimedOut || !this.#isClosedByCommand || nowMs",
      },
    ],
  },
];
