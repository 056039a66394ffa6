/**
 * One end of a stream as a process of its own, on our built client; interop/java/StreamPeer.java is the same
 * program on the official one.
 *
 *   stream-peer.mjs DIRECTORY publish|consume|live|serve|request name=value…
 *
 * publish: sends `count` messages as publisher `id` once it reads a line "go".
 * consume: checks `count` messages of each of `publishers`, and that nothing is missing, doubled or reordered.
 * serve, request: the two ends of response channels; `control` is where responses are asked for.
 * live: publishes and consumes until it is killed or reads "stop", and says when its driver goes and comes.
 */
import { createInterface } from "node:readline";
import { AtomicBuffer } from "@alerion/runtime/concurrent";
import { BufferClaim, connect, FragmentAssembler } from "@alerion/transport";
import { fill, isWhole, lengthOf, SHORT_LENGTH } from "./stream-message.mjs";

/** @typedef {import("@alerion/transport").Aeron} Aeron */
/** @typedef {import("@alerion/transport").Publication} Publication */

const [dir = "", role = "", ...settings] = process.argv.slice(2);
/** @type {Map<string, string>} */
const given = new Map();
for (const setting of settings) {
  const end = setting.indexOf("=");
  given.set(setting.slice(0, end), setting.slice(end + 1));
}
const text = (/** @type {string} */ name, fallback = "") => given.get(name) ?? fallback;
const number = (/** @type {string} */ name, fallback = 0) => Number(given.get(name) ?? fallback);

const channel = text("channel", "aeron:ipc");
const streamId = number("stream", 10);
const count = number("count");
const id = number("id");
const longEvery = number("longEvery");
const mode = text("mode", "offer");
const destinations = text("destinations")
  .split(" ")
  .filter((each) => each !== "");
const deadline = Date.now() + number("deadlineMs", 240_000);
const sleepWord = new Int32Array(new SharedArrayBuffer(4));

/** @type {string[]} */
const lines = [];
createInterface({ input: process.stdin }).on("line", (line) => lines.push(line));
process.stdin.unref?.();

const TURNS_PER_DUTY = 512;
const IDLE_SPINS = 2000;
let idleTurns = 0;

/** The other processes must run, too, on a machine with fewer cores than there are of us. */
function idle() {
  if (++idleTurns > IDLE_SPINS) Atomics.wait(sleepWord, 0, 0, 0.05);
}

function inTime() {
  if (Date.now() > deadline) throw new Error("must be done in time");
}

const eventLoop = () => new Promise((resolve) => void setImmediate(resolve));

async function publish(/** @type {Aeron} */ aeron) {
  const publication = await addPublication(aeron, text("kind"));
  for (const destination of destinations) await publication.addDestination(destination);
  while (!publication.isConnected()) {
    aeron.doWork();
    await eventLoop();
    inTime();
  }
  console.log("connected");
  while (!lines.includes("go")) await eventLoop();

  const lengthMax = publication.maxMessageLength;
  const source = new AtomicBuffer(new ArrayBuffer(longEvery === 0 ? 64 : (lengthMax + 7) & ~7));
  const claim = new BufferClaim();
  const send = (/** @type {number} */ sequence) => {
    const length = lengthOf(sequence, longEvery, lengthMax);
    if (
      length === SHORT_LENGTH &&
      (mode === "claim" || (mode === "mixed" && (sequence & 1) === 0))
    ) {
      const result = publication.tryClaim(length, claim);
      if (result > 0) {
        fill(claim.buffer.i32, claim.offset >> 2, id, sequence, length);
        claim.commit();
      }
      return result;
    }
    fill(source.i32, 0, id, sequence, length);
    return publication.offer(source, 0, length);
  };
  const isSent = (/** @type {number} */ sequence) => sequence >= count;
  for (let sequence = 0, turns = 0; !isSent(sequence); turns++) {
    if (send(sequence) > 0) {
      sequence++;
      idleTurns = 0;
    } else {
      if (aeron.isClosed()) throw aeron.closeReason() ?? new Error("client must be open");
      idle();
    }
    if (turns % TURNS_PER_DUTY === 0) aeron.doWork();
    if (turns % 1_000_000 === 0) inTime();
  }
  console.log(`done published=${count}`);
  await publication.close();
}

/**
 * @param {Aeron} aeron
 * @param {string} kind
 * @returns {Promise<Publication>}
 */
function addPublication(aeron, kind) {
  return kind === "exclusive"
    ? aeron.addExclusivePublication(channel, streamId)
    : aeron.addPublication(channel, streamId);
}

async function consume(/** @type {Aeron} */ aeron) {
  const publishers = number("publishers", 1);
  const next = new Int32Array(publishers);
  const lengthMax = number("lengthMax");
  let received = 0;
  const assembler = new FragmentAssembler((buffer, offset, length) => {
    const words = buffer.i32;
    const index = offset >> 2;
    const publisher = /** @type {number} */ (words[index]);
    const sequence = /** @type {number} */ (words[index + 1]);
    if (sequence !== next[publisher]) {
      throw new Error(`publisher=${publisher} sequence=${sequence} expected=${next[publisher]}`);
    }
    if (length !== lengthOf(sequence, longEvery, lengthMax) || !isWhole(words, index, length)) {
      throw new Error(`message must be whole: publisher=${publisher} sequence=${sequence}`);
    }
    next[publisher] = sequence + 1;
    received++;
  });
  const subscription = await aeron.addSubscription(channel, streamId);
  for (const destination of destinations) await subscription.addDestination(destination);
  console.log("ready");
  let hasImage = false;
  const isComplete = () => received >= publishers * count;
  for (let turns = 0; !isComplete(); turns++) {
    if (subscription.poll(assembler.onFragment, 256) === 0) idle();
    else idleTurns = 0;
    if (turns % TURNS_PER_DUTY === 0) aeron.doWork();
    if (!hasImage && subscription.imageCount() > 0) {
      hasImage = true;
      console.log("image");
    }
    if (turns % 10_000 === 0) {
      if (aeron.isClosed()) throw aeron.closeReason() ?? new Error("client must be open");
      inTime();
      await eventLoop();
    }
  }
  console.log(`done received=${received}`);
}

/** Sends back what comes, to each client on its own response stream, until all clients have left. */
async function serve(/** @type {Aeron} */ aeron) {
  /** @type {Map<number, import("@alerion/transport").ExclusivePublication>} */
  const responses = new Map();
  let goneCount = 0;
  await aeron.addSubscription(channel, streamId, {
    onAvailableImage: (image) => {
      const response = `aeron:udp?control-mode=response|control=${text("control")}|response-correlation-id=${image.correlationId}`;
      void aeron.addExclusivePublication(response, streamId + 1).then((publication) => {
        responses.set(image.sessionId, publication);
        void answer(aeron, image, publication);
      });
    },
    onUnavailableImage: (image) => {
      void responses.get(image.sessionId)?.close();
      goneCount++;
    },
  });
  console.log("ready");
  while (goneCount < number("publishers", 1)) {
    aeron.doWork();
    await eventLoop();
    inTime();
  }
  console.log("done served");
}

async function answer(
  /** @type {Aeron} */ aeron,
  /** @type {import("@alerion/transport").Image} */ image,
  /** @type {import("@alerion/transport").ExclusivePublication} */ publication,
) {
  /** @type {Uint8Array[]} */
  const waiting = [];
  while (!image.isClosed() && !aeron.isClosed()) {
    if (waiting.length < 64) {
      image.poll((buffer, offset, length) => {
        waiting.push(buffer.u8.slice(offset, offset + length));
      }, 10);
    }
    while (waiting[0] !== undefined && publication.offerBytes(waiting[0]) > 0) waiting.shift();
    await eventLoop();
  }
}

/** Sends messages and checks that each comes back, one after the other. */
async function request(/** @type {Aeron} */ aeron) {
  const subscription = await aeron.addSubscription(
    `aeron:udp?control-mode=response|control=${text("control")}`,
    streamId + 1,
  );
  const publication = await aeron.addExclusivePublication(
    `${channel}|response-correlation-id=${subscription.registrationId}`,
    streamId,
  );
  const source = new AtomicBuffer(new ArrayBuffer(64));
  let received = 0;
  const isAnswered = (/** @type {number} */ sequence) => received > sequence;
  for (let sequence = 0; sequence < count; sequence++) {
    fill(source.i32, 0, id, sequence, SHORT_LENGTH);
    while (publication.offer(source, 0, SHORT_LENGTH) <= 0) {
      aeron.doWork();
      await eventLoop();
      inTime();
    }
    while (!isAnswered(sequence)) {
      subscription.poll((buffer, offset, length) => {
        const words = buffer.i32;
        const index = offset >> 2;
        if (
          words[index] !== id ||
          words[index + 1] !== received ||
          !isWhole(words, index, length)
        ) {
          throw new Error(`answer must be one's own: publisher=${words[index]} id=${id}`);
        }
        received++;
      }, 10);
      aeron.doWork();
      await eventLoop();
      inTime();
    }
  }
  console.log(`done received=${received}`);
}

/** Comes back after each driver's end. */
async function live() {
  for (let generation = 0; !lines.includes("stop"); generation++) {
    /** @type {Aeron} */
    const aeron = await connect({
      dir,
      conductor: "invoker",
      driverTimeoutMs: number("driverTimeoutMs", 10_000),
      connectTimeoutMs: 60_000,
    });
    /** @type {import("@alerion/transport").Subscription | undefined} */
    let subscription;
    /** @type {Publication | undefined} */
    let publication;
    try {
      if (text("does", "both") !== "publish") {
        subscription = await aeron.addSubscription(channel, streamId);
      }
      if (text("does", "both") !== "consume")
        publication = await addPublication(aeron, text("kind"));
    } catch {
      // The driver went while it was asked.
    }
    console.log(`connected ${generation}`);
    await exchange(aeron, publication, subscription);
    const reason = /** @type {{ code?: string } | undefined} */ (aeron.closeReason());
    if (reason !== undefined) console.log(`lost ${reason.code}`);
    await aeron.close();
  }
}

async function exchange(
  /** @type {Aeron} */ aeron,
  /** @type {Publication | undefined} */ publication,
  /** @type {import("@alerion/transport").Subscription | undefined} */ subscription,
) {
  const source = new AtomicBuffer(new ArrayBuffer(64));
  const claim = new BufferClaim();
  let sequence = 0;
  let received = 0;
  let reported = 0;
  const onFragment = (
    /** @type {AtomicBuffer} */ buffer,
    /** @type {number} */ offset,
    /** @type {number} */ length,
  ) => {
    if (!isWhole(buffer.i32, offset >> 2, length)) throw new Error("message must be whole");
    received++;
  };
  const burst = number("burst", 4);
  for (let turns = 0; !aeron.isClosed() && !lines.includes("stop"); turns++) {
    for (let i = 0; i < burst; i++) {
      if (publication === undefined) break;
      if ((sequence & 1) === 0) {
        if (publication.tryClaim(SHORT_LENGTH, claim) <= 0) break;
        fill(claim.buffer.i32, claim.offset >> 2, id, sequence, SHORT_LENGTH);
        claim.commit();
      } else {
        fill(source.i32, 0, id, sequence, SHORT_LENGTH);
        if (publication.offer(source, 0, SHORT_LENGTH) <= 0) break;
      }
      sequence++;
    }
    subscription?.poll(onFragment, 64);
    aeron.doWork();
    if (turns % 64 === 0) {
      await eventLoop();
      if (number("sleepMs") > 0) Atomics.wait(sleepWord, 0, 0, number("sleepMs"));
      if (received > reported + 1000) {
        reported = received;
        console.log(`alive received=${received}`);
      }
    }
  }
}

if (role === "live") {
  await live();
} else {
  const aeron = await connect({ dir, conductor: "invoker", connectTimeoutMs: 60_000 });
  if (role === "publish") await publish(aeron);
  else if (role === "consume") await consume(aeron);
  else if (role === "serve") await serve(aeron);
  else if (role === "request") await request(aeron);
  else throw new Error(`role must be one of those above: role=${role}`);
  await aeron.close();
}
process.exit(0);
