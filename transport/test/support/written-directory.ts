/** A driver's directory on the disk with a stream that one of its two readers holds back. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DIR, DriverHarness } from "./driver-harness.js";
import { drain, offer } from "./messages.js";

/** What stands in the directory, and how to move it on. */
export interface WrittenDirectory {
  readonly publication: bigint;
  /** The reader that holds it back. */
  readonly slow: bigint;
  /** Path of a copy of the stream's log. */
  readonly log: string;
  /** Lets the slow reader read and the publisher publish that many messages of 1000 bytes, and writes the files. */
  readonly advance: (messageCount: number) => void;
}

/** Writes the directory. The driver's clock stands where the harness starts it. */
export function writeHeldBackDirectory(folder: string): WrittenDirectory {
  const harness = new DriverHarness();
  const client = harness.client();
  const fast = client.addSubscription("aeron:ipc", 10);
  const slow = client.addSubscription("aeron:ipc", 10);
  const publication = client.addPublication("aeron:ipc?alias=held", 10, true);
  client.removeCounter(99n);
  harness.run();
  client.receive();
  const appender = client.exclusive(client.publication(publication));
  const image = client.image(fast);
  const slowImage = client.image(slow);
  for (let i = 0; offer(appender, i, 1000) >= 0; i++) {
    drain(image.reader);
    harness.run();
  }
  const write = (): void => {
    harness.pass(1000, client);
    for (const name of ["cnc.dat", "loss-report.dat"]) {
      const buffer = harness.files.buffer(`${DIR}/${name}`);
      if (buffer === undefined) throw new Error(name);
      writeFileSync(join(folder, name), new Uint8Array(buffer));
    }
  };
  write();
  const log = join(folder, "stream.logbuffer");
  const bytes = harness.files.buffer(client.publication(publication).path);
  if (bytes === undefined) throw new Error("log");
  writeFileSync(log, new Uint8Array(bytes));
  return {
    publication,
    slow,
    log,
    advance: (messageCount) => {
      drain(slowImage.reader);
      harness.run();
      for (let i = 0; i < messageCount; i++) {
        // A term's end refuses one offer; readers that keep up never hold it back for long.
        for (let tries = 0; offer(appender, i, 1000) < 0; tries++) {
          if (tries === 10) throw new Error("publisher must not be blocked");
          drain(image.reader);
          drain(slowImage.reader);
          harness.run();
        }
      }
      write();
    },
  };
}
