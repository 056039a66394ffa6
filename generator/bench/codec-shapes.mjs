/**
 * Which shape should generated codecs have? Runs the candidates on this Node and, with `--versions 26`,
 * on others fetched through the `node` package; prints a Markdown table with machine, versions and date.
 *
 *   node generator/bench/codec-shapes.mjs [--versions 24,26]
 *
 * The message: 104 bytes; int64, uint32, enum, double, int64, char[6] as bytes, a group of two entries
 * (uint16, int32), two var data fields as bytes. Strings and bigint are left out: they cost the same in
 * every shape.
 */
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";

/** Shared by flyweights of one message where the shape needs it. */
class Cursor {
  position = 0;
  limit = 0;
}

class HashLegs {
  #view;
  #cursor;
  #offset = 0;
  #count = 0;
  #index = 0;
  #blockLength = 0;
  constructor(view, cursor) {
    this.#view = view;
    this.#cursor = cursor;
  }
  wrap(view) {
    const cursor = this.#cursor;
    const position = cursor.position;
    if (position + 4 > cursor.limit) throw new RangeError("bounds");
    this.#view = view;
    this.#blockLength = view.getUint16(position, true);
    this.#count = view.getUint16(position + 2, true);
    this.#index = 0;
    if (this.#blockLength * this.#count > cursor.limit - position - 4)
      throw new RangeError("bounds");
    cursor.position = position + 4;
    return this;
  }
  wrapForWrite(view, count) {
    const cursor = this.#cursor;
    const position = cursor.position;
    if (position + 4 + count * 6 > cursor.limit) throw new RangeError("bounds");
    this.#view = view;
    view.setUint16(position, 6, true);
    view.setUint16(position + 2, count, true);
    this.#blockLength = 6;
    this.#count = count;
    this.#index = 0;
    cursor.position = position + 4;
    return this;
  }
  hasNext() {
    return this.#index < this.#count;
  }
  next() {
    if (this.#index >= this.#count) throw new RangeError("no next");
    this.#index++;
    const cursor = this.#cursor;
    this.#offset = cursor.position;
    cursor.position = this.#offset + this.#blockLength;
    return this;
  }
  ratio() {
    return this.#view.getUint16(this.#offset, true);
  }
  price() {
    return this.#view.getInt32(this.#offset + 2, true);
  }
  setRatio(value) {
    this.#view.setUint16(this.#offset, value, true);
    return this;
  }
  setPrice(value) {
    this.#view.setInt32(this.#offset + 2, value, true);
    return this;
  }
}

class HashMessage {
  #view;
  #offset = 0;
  #cursor = new Cursor();
  #legs;
  constructor(view) {
    this.#view = view;
    this.#legs = new HashLegs(view, this.#cursor);
  }
  wrap(view, offset, blockLength, limit) {
    if (offset + blockLength > limit) throw new RangeError("bounds");
    this.#view = view;
    this.#offset = offset;
    this.#cursor.limit = limit;
    this.#cursor.position = offset + blockLength;
    return this;
  }
  id() {
    const view = this.#view;
    const offset = this.#offset;
    return view.getInt32(offset + 4, true) * 4294967296 + view.getUint32(offset, true);
  }
  quantity() {
    return this.#view.getUint32(this.#offset + 8, true);
  }
  side() {
    return this.#view.getUint8(this.#offset + 12);
  }
  price() {
    return this.#view.getFloat64(this.#offset + 13, true);
  }
  time() {
    const view = this.#view;
    const offset = this.#offset;
    return view.getInt32(offset + 25, true) * 4294967296 + view.getUint32(offset + 21, true);
  }
  symbol(index) {
    return this.#view.getUint8(this.#offset + 29 + index);
  }
  setId(value) {
    const high = Math.floor(value / 4294967296);
    this.#view.setUint32(this.#offset, value - high * 4294967296, true);
    this.#view.setInt32(this.#offset + 4, high, true);
    return this;
  }
  setQuantity(value) {
    this.#view.setUint32(this.#offset + 8, value, true);
    return this;
  }
  setSide(value) {
    this.#view.setUint8(this.#offset + 12, value);
    return this;
  }
  setPrice(value) {
    this.#view.setFloat64(this.#offset + 13, value, true);
    return this;
  }
  setTime(value) {
    const high = Math.floor(value / 4294967296);
    this.#view.setUint32(this.#offset + 21, value - high * 4294967296, true);
    this.#view.setInt32(this.#offset + 25, high, true);
    return this;
  }
  setSymbol(index, value) {
    this.#view.setUint8(this.#offset + 29 + index, value);
    return this;
  }
  legs() {
    return this.#legs.wrap(this.#view);
  }
  legsCount(count) {
    return this.#legs.wrapForWrite(this.#view, count);
  }
  data(target) {
    const cursor = this.#cursor;
    const position = cursor.position;
    if (position + 4 > cursor.limit) throw new RangeError("bounds");
    const view = this.#view;
    const length = view.getUint32(position, true);
    if (length > cursor.limit - position - 4) throw new RangeError("bounds");
    for (let i = 0; i < length; i++) target[i] = view.getUint8(position + 4 + i);
    cursor.position = position + 4 + length;
    return length;
  }
  setData(source, length) {
    const cursor = this.#cursor;
    const position = cursor.position;
    if (position + 4 + length > cursor.limit) throw new RangeError("bounds");
    const view = this.#view;
    view.setUint32(position, length, true);
    for (let i = 0; i < length; i++) view.setUint8(position + 4 + i, source[i]);
    cursor.position = position + 4 + length;
    return this;
  }
  encodedLength() {
    return this.#cursor.position - this.#offset;
  }
}

/** The same source with `#x` spelt `_x`, so that the two cannot drift apart. */
function plainTwin() {
  const source = `${Cursor}\n${HashLegs}\n${HashMessage}\nreturn HashMessage;`.replaceAll("#", "_");
  // eslint-disable-next-line typescript/no-implied-eval -- the source is this file's own
  return new Function(source)();
}

/** Plain static functions; the position is returned, never stored. */
const S = {
  id: (view, o) => view.getInt32(o + 4, true) * 4294967296 + view.getUint32(o, true),
  quantity: (view, o) => view.getUint32(o + 8, true),
  side: (view, o) => view.getUint8(o + 12),
  price: (view, o) => view.getFloat64(o + 13, true),
  time: (view, o) => view.getInt32(o + 25, true) * 4294967296 + view.getUint32(o + 21, true),
  symbol: (view, o, i) => view.getUint8(o + 29 + i),
  setId(view, o, value) {
    const high = Math.floor(value / 4294967296);
    view.setUint32(o, value - high * 4294967296, true);
    view.setInt32(o + 4, high, true);
  },
  setQuantity: (view, o, value) => view.setUint32(o + 8, value, true),
  setSide: (view, o, value) => view.setUint8(o + 12, value),
  setPrice: (view, o, value) => view.setFloat64(o + 13, value, true),
  setTime(view, o, value) {
    const high = Math.floor(value / 4294967296);
    view.setUint32(o + 21, value - high * 4294967296, true);
    view.setInt32(o + 25, high, true);
  },
  setSymbol: (view, o, i, value) => view.setUint8(o + 29 + i, value),
  legs(view, position, limit) {
    if (position + 4 > limit) throw new RangeError("bounds");
    if (view.getUint16(position, true) * view.getUint16(position + 2, true) > limit - position - 4)
      throw new RangeError("bounds");
    return view.getUint16(position + 2, true);
  },
  legsBlock: (view, position) => view.getUint16(position, true),
  legRatio: (view, o) => view.getUint16(o, true),
  legPrice: (view, o) => view.getInt32(o + 2, true),
  setLegs(view, position, count, limit) {
    if (position + 4 + count * 6 > limit) throw new RangeError("bounds");
    view.setUint16(position, 6, true);
    view.setUint16(position + 2, count, true);
    return position + 4;
  },
  setLegRatio: (view, o, value) => view.setUint16(o, value, true),
  setLegPrice: (view, o, value) => view.setInt32(o + 2, value, true),
  data(view, position, limit, target) {
    if (position + 4 > limit) throw new RangeError("bounds");
    const length = view.getUint32(position, true);
    if (length > limit - position - 4) throw new RangeError("bounds");
    for (let i = 0; i < length; i++) target[i] = view.getUint8(position + 4 + i);
    return position + 4 + length;
  },
  setData(view, position, limit, source, length) {
    if (position + 4 + length > limit) throw new RangeError("bounds");
    view.setUint32(position, length, true);
    for (let i = 0; i < length; i++) view.setUint8(position + 4 + i, source[i]);
    return position + 4 + length;
  },
};

/** A class of one-line methods over the static functions: view and offset only. */
function delegatingTwin() {
  const legs = class {
    #view;
    #cursor;
    #offset = 0;
    #count = 0;
    #index = 0;
    #block = 0;
    constructor(view, cursor) {
      this.#view = view;
      this.#cursor = cursor;
    }
    wrap(view) {
      const cursor = this.#cursor;
      this.#count = S.legs(view, cursor.position, cursor.limit);
      this.#block = S.legsBlock(view, cursor.position);
      cursor.position += 4;
      this.#view = view;
      this.#index = 0;
      return this;
    }
    wrapForWrite(view, count) {
      const cursor = this.#cursor;
      cursor.position = S.setLegs(view, cursor.position, count, cursor.limit);
      this.#view = view;
      this.#count = count;
      this.#index = 0;
      this.#block = 6;
      return this;
    }
    hasNext() {
      return this.#index < this.#count;
    }
    next() {
      if (this.#index >= this.#count) throw new RangeError("no next");
      this.#index++;
      const cursor = this.#cursor;
      this.#offset = cursor.position;
      cursor.position = this.#offset + this.#block;
      return this;
    }
    ratio() {
      return S.legRatio(this.#view, this.#offset);
    }
    price() {
      return S.legPrice(this.#view, this.#offset);
    }
    setRatio(value) {
      S.setLegRatio(this.#view, this.#offset, value);
      return this;
    }
    setPrice(value) {
      S.setLegPrice(this.#view, this.#offset, value);
      return this;
    }
  };
  return class {
    #view;
    #offset = 0;
    #cursor = new Cursor();
    #legs;
    constructor(view) {
      this.#view = view;
      this.#legs = new legs(view, this.#cursor);
    }
    wrap(view, offset, blockLength, limit) {
      if (offset + blockLength > limit) throw new RangeError("bounds");
      this.#view = view;
      this.#offset = offset;
      this.#cursor.limit = limit;
      this.#cursor.position = offset + blockLength;
      return this;
    }
    id() {
      return S.id(this.#view, this.#offset);
    }
    quantity() {
      return S.quantity(this.#view, this.#offset);
    }
    side() {
      return S.side(this.#view, this.#offset);
    }
    price() {
      return S.price(this.#view, this.#offset);
    }
    time() {
      return S.time(this.#view, this.#offset);
    }
    symbol(index) {
      return S.symbol(this.#view, this.#offset, index);
    }
    setId(value) {
      S.setId(this.#view, this.#offset, value);
      return this;
    }
    setQuantity(value) {
      S.setQuantity(this.#view, this.#offset, value);
      return this;
    }
    setSide(value) {
      S.setSide(this.#view, this.#offset, value);
      return this;
    }
    setPrice(value) {
      S.setPrice(this.#view, this.#offset, value);
      return this;
    }
    setTime(value) {
      S.setTime(this.#view, this.#offset, value);
      return this;
    }
    setSymbol(index, value) {
      S.setSymbol(this.#view, this.#offset, index, value);
      return this;
    }
    legs() {
      return this.#legs.wrap(this.#view);
    }
    legsCount(count) {
      return this.#legs.wrapForWrite(this.#view, count);
    }
    data(target) {
      const cursor = this.#cursor;
      const start = cursor.position;
      cursor.position = S.data(this.#view, start, cursor.limit, target);
      return cursor.position - start - 4;
    }
    setData(source, length) {
      const cursor = this.#cursor;
      cursor.position = S.setData(this.#view, cursor.position, cursor.limit, source, length);
      return this;
    }
    encodedLength() {
      return this.#cursor.position - this.#offset;
    }
  };
}

const MAKER = Uint8Array.from("Alerion Motors", (c) => c.charCodeAt(0));
const NOTE = Uint8Array.from("first of many", (c) => c.charCodeAt(0));
const SYMBOL = Uint8Array.from("ALRN\0\0", (c) => c.charCodeAt(0));
const scratch = new Uint8Array(64);

/** Built from text once per class, so that every class gets call sites and feedback of its own. */
function classCodec(type) {
  // eslint-disable-next-line typescript/no-implied-eval -- the source is this file's own
  const build = new Function(
    "type",
    "MAKER",
    "NOTE",
    "SYMBOL",
    "scratch",
    `const m = new type(new DataView(new ArrayBuffer(8)));
    return {
      encode(view, offset, n) {
        m.wrap(view, offset, 35, offset + 128).setId(n * 4096).setQuantity(n).setSide(n & 1).setPrice(n + 0.5).setTime(n * 65536);
        for (let i = 0; i < 6; i++) m.setSymbol(i, SYMBOL[i]);
        m.legsCount(2).next().setRatio(1).setPrice(n).next().setRatio(2).setPrice(n + 1);
        return m.setData(MAKER, MAKER.length).setData(NOTE, NOTE.length).encodedLength();
      },
      decode(view, offset) {
        m.wrap(view, offset, 35, offset + 128);
        let sum = (m.id() % 1024) + m.quantity() + m.side() + (m.price() | 0) + (m.time() % 1024);
        for (let i = 0; i < 6; i++) sum += m.symbol(i);
        const legs = m.legs();
        while (legs.hasNext()) { legs.next(); sum += legs.ratio() + legs.price(); }
        sum += m.data(scratch) + m.data(scratch);
        return sum | 0;
      },
    };`,
  );
  return build(type, MAKER, NOTE, SYMBOL, scratch);
}

const staticCodec = {
  encode(view, o, n) {
    const limit = o + 128;
    if (o + 35 > limit) throw new RangeError("bounds");
    S.setId(view, o, n * 4096);
    S.setQuantity(view, o, n);
    S.setSide(view, o, n & 1);
    S.setPrice(view, o, n + 0.5);
    S.setTime(view, o, n * 65536);
    for (let i = 0; i < 6; i++) S.setSymbol(view, o, i, SYMBOL[i]);
    let p = S.setLegs(view, o + 35, 2, limit);
    S.setLegRatio(view, p, 1);
    S.setLegPrice(view, p, n);
    p += 6;
    S.setLegRatio(view, p, 2);
    S.setLegPrice(view, p, n + 1);
    p = S.setData(view, p + 6, limit, MAKER, MAKER.length);
    p = S.setData(view, p, limit, NOTE, NOTE.length);
    return p - o;
  },
  decode(view, o) {
    const limit = o + 128;
    if (o + 35 > limit) throw new RangeError("bounds");
    let sum =
      (S.id(view, o) % 1024) +
      S.quantity(view, o) +
      S.side(view, o) +
      (S.price(view, o) | 0) +
      (S.time(view, o) % 1024);
    for (let i = 0; i < 6; i++) sum += S.symbol(view, o, i);
    let p = o + 35;
    const count = S.legs(view, p, limit);
    const block = S.legsBlock(view, p);
    p += 4;
    for (let i = 0; i < count; i++, p += block) sum += S.legRatio(view, p) + S.legPrice(view, p);
    let next = S.data(view, p, limit, scratch);
    sum += next - p - 4;
    p = next;
    next = S.data(view, p, limit, scratch);
    sum += next - p - 4;
    return sum | 0;
  },
};

const SHAPES = [
  ["class, # fields", () => classCodec(HashMessage)],
  ["class, plain private fields", () => classCodec(plainTwin())],
  ["static functions (view, offset)", () => staticCodec],
  ["class over static functions", () => classCodec(delegatingTwin())],
];
const ROUNDS = 120;
const WARM_UP_ROUNDS = 20;
const BATCH = 1000;

/** One shape in a process of its own: in one process the shape that runs first wins by up to 1.8 times. */
function measure(build) {
  const codec = build();
  const views = Array.from({ length: 6 }, () => new DataView(new ArrayBuffer(128 * 1024)));
  const best = [];
  let sink = 0;
  for (const viewCount of [1, 6]) {
    for (const direction of ["encode", "decode"]) {
      const run = codec[direction];
      let least = Infinity;
      for (let round = 0; round < ROUNDS; round++) {
        const start = process.hrtime.bigint();
        for (let i = 0; i < BATCH; i++) {
          // Decoding reads what the encoding rounds left in the same views.
          sink += run(views[i % viewCount], (i & 1023) * 128, i);
        }
        // eslint-disable-next-line typescript/no-unnecessary-type-conversion -- bigint to number
        const ns = Number(process.hrtime.bigint() - start) / BATCH;
        if (round >= WARM_UP_ROUNDS && ns < least) least = ns;
      }
      best.push(least);
    }
  }
  if (!Number.isFinite(sink)) throw new Error("codecs must yield numbers");
  return best;
}

function runElsewhere(command, commandArguments, shape) {
  const self = fileURLToPath(import.meta.url);
  const child = spawnSync(command, [...commandArguments, self, "--shape", String(shape)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return JSON.parse(child.stdout);
}

function report(versions) {
  const nodes = [
    [process.execPath, []],
    ...versions.map((version) => ["npx", ["--yes", `--package=node@${version}`, "node"]]),
  ];
  const results = nodes.map(([command, commandArguments]) =>
    SHAPES.map((_, shape) => {
      const runs = [0, 1, 2].map(() => runElsewhere(command, commandArguments, shape));
      return {
        node: runs[0].node,
        best: runs[0].best.map((_b, i) => Math.min(...runs.map((r) => r.best[i]))),
      };
    }),
  );
  const cpu = `${cpus()[0]?.model.trim()}, ${cpus().length} CPUs`;
  console.log(
    `${cpu}, ${new Date().toISOString().slice(0, 10)}; ns to encode / decode one message,`,
  );
  console.log(
    `minimum of 3 processes of ${ROUNDS - WARM_UP_ROUNDS} rounds; "6 views": the view changes with every message\n`,
  );
  const columns = results.map(([first]) => `${first.node}, 1 view | 6 views`);
  console.log(`| shape | ${columns.join(" | ")} |`);
  console.log(`| --- |${" --- | --- |".repeat(results.length)}`);
  SHAPES.forEach(([name], shape) => {
    const cells = results.map((byShape) => {
      const [encode1, decode1, encode6, decode6] = byShape[shape].best.map((ns) => ns.toFixed(0));
      return `${encode1} / ${decode1} | ${encode6} / ${decode6}`;
    });
    console.log(`| ${name} | ${cells.join(" | ")} |`);
  });
}

const [flag, value] = process.argv.slice(2);
if (flag === "--shape") {
  const node = `Node ${process.version.slice(1)} (V8 ${process.versions.v8.split(".").slice(0, 2).join(".")})`;
  process.stdout.write(JSON.stringify({ node, best: measure(SHAPES[Number(value)][1]) }));
} else {
  report(flag === "--versions" ? value.split(",") : []);
}
