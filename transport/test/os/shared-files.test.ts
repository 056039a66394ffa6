import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BufferFiles } from "../../src/os/buffer-files.js";
import { loadOs } from "../../src/os/load-os.js";
import { MappedFiles } from "../../src/os/mapped-files.js";
import { SharedFileError, type SharedFiles, StorageSpaceError } from "../../src/os/shared-files.js";
import { ThreadFilesGuest, ThreadFilesOwner } from "../../src/os/thread-files.js";

/** How files are made, and how somebody else sees them. */
interface Both {
  readonly maker: SharedFiles;
  readonly other: SharedFiles;
  readonly close: () => void;
}

const kinds: Readonly<Record<string, () => Promise<Both>>> = {
  mapped: async () => {
    const os = await loadOs();
    return { maker: new MappedFiles(os), other: new MappedFiles(os), close: () => {} };
  },
  buffers: async () => {
    const files = new BufferFiles();
    return { maker: files, other: files, close: () => {} };
  },
  threads: async () => {
    const owner = new ThreadFilesOwner();
    const guest = new ThreadFilesGuest(owner.share());
    return {
      maker: owner,
      other: guest,
      close: () => {
        guest.close();
        owner.close();
      },
    };
  },
};

describe.each(Object.entries(kinds))("shared files: %s", (_, make) => {
  let folder: string;
  let both: Both;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "alerion-files-"));
    both = await make();
    both.maker.makeFolder(join(folder, "sub/deeper"));
  });

  afterEach(() => {
    both.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("share memory between who makes a file and who opens it", () => {
    const path = join(folder, "sub/file");
    const made = both.maker.create(path, 12_288, true);
    expect(both.other.length(path)).toBe(12_288);
    const opened = both.other.open(path);
    expect(opened.length).toBe(12_288);
    // Offsets need no page alignment: metadata begins wherever the terms end.
    const mine = made.map(4096 + 64, 4096);
    const theirs = opened.map(4096, 8192);
    mine.putInt32Release(8, 77);
    expect(theirs.getInt32Volatile(64 + 8)).toBe(77);
    expect(mine.capacity).toBe(4096);
    made.close();
    made.close();
    expect(theirs.getInt32Volatile(64 + 8)).toBe(77);
    opened.close();
  });

  it("begin as zeros, also when their room is taken at once", () => {
    const path = join(folder, "file");
    const memory = both.maker.create(path, 8192, false).map(0, 8192);
    expect(memory.u8.every((byte) => byte === 0)).toBe(true);
  });

  it("are not made twice, nor opened when missing", () => {
    const path = join(folder, "file");
    both.maker.create(path, 4096, true);
    expect(() => both.maker.create(path, 4096, true)).toThrow(SharedFileError);
    expect(() => both.other.open(join(folder, "missing"))).toThrow(SharedFileError);
    expect(both.other.length(join(folder, "missing"))).toBeUndefined();
  });

  it.each([
    [-8, 8],
    [4, 8],
    [0, 0],
    [4096, 8],
    [0, 4104],
    [Number.NaN, 8],
  ])("refuse the part at %d of %d bytes", (offset, length) => {
    const file = both.maker.create(join(folder, "file"), 4096, true);
    expect(() => file.map(offset, length)).toThrow(SharedFileError);
  });

  it("are removed one by one or with their folder", () => {
    const path = join(folder, "sub/deeper/file");
    const kept = both.maker.create(path, 4096, true).map(0, 4096);
    const inside = both.maker.create(join(folder, "sub/other"), 4096, true);
    kept.putInt32(0, 5);
    expect(both.maker.remove(path)).toBe(true);
    expect(both.maker.remove(path)).toBe(false);
    expect(both.other.length(path)).toBeUndefined();
    expect(kept.getInt32(0)).toBe(5);
    inside.close();
    both.maker.removeFolder(join(folder, "sub"));
    expect(both.other.length(join(folder, "sub/other"))).toBeUndefined();
    both.maker.removeFolder(join(folder, "sub"));
  });
});

describe("mapped files", () => {
  it("free the memory of a file that is closed while views of it live on", async () => {
    const folder = mkdtempSync(join(tmpdir(), "alerion-files-"));
    const files = new MappedFiles(await loadOs());
    const path = join(folder, "file");
    const file = files.create(path, 1 << 20, true);
    const memory = file.map(0, 1 << 20);
    memory.setMemory(0, 1 << 20, 1);
    expect(readFileSync("/proc/self/maps", "utf8")).toContain(path);
    file.close();
    expect(readFileSync("/proc/self/maps", "utf8")).not.toContain(path);
    expect(memory.u8[12_345]).toBe(0);
    expect(memory.getInt64(512)).toBe(0);
    memory.putInt32Release(0, 1);
    expect(() => file.map(0, 8)).toThrow(SharedFileError);
    rmSync(folder, { recursive: true });
  });

  it("leave nothing behind when there is no room", async () => {
    const folder = mkdtempSync("/dev/shm/alerion-files-");
    const files = new MappedFiles(await loadOs());
    const tooMuch = 2 * files.freeSpace(folder);
    expect(() => files.create(join(folder, "file"), tooMuch, false)).toThrow(StorageSpaceError);
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
    expect(existsSync(folder)).toBe(false);
  });
});

describe("buffer files", () => {
  it("can be limited, to play a full disk", () => {
    const files = new BufferFiles((length) => new ArrayBuffer(length), 10_000);
    files.create("/a", 8000, true);
    expect(() => files.create("/b", 3000, true)).toThrow(StorageSpaceError);
    files.remove("/a");
    expect(files.freeSpace("/b")).toBe(10_000);
  });
});
