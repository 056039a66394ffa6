import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { BufferFiles } from "./buffer-files.js";
import type { SharedFile, SharedFiles } from "./shared-files.js";

/** What the owner of the files tells the threads that share them. A path without buffer has been removed. */
interface Change {
  readonly path: string;
  readonly buffer: SharedArrayBuffer | undefined;
}

/** Follows what existed when a port was attached. */
const ATTACHED = "attached";

const ATTACH_TIMEOUT_MS = 5000;

/**
 * Files of `SharedArrayBuffer`s that one thread (the driver's) makes and other threads open by name: the
 * in-process transport, for platforms and settings where files cannot be mapped.
 *
 * Each change is posted to every port before `create` returns. The driver creates a log before it announces
 * it, so a client that hears of a log finds it in its port.
 */
export class ThreadFilesOwner implements SharedFiles {
  readonly kind = "in-process";
  readonly #files: BufferFiles = new BufferFiles();
  readonly #ports = new Set<MessagePort>();

  /** A port for one more thread: pass it on (transfer list) and make `ThreadFilesGuest` of it there. */
  share(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.shareThrough(port1);
    return port2;
  }

  /** Tells whoever holds the other end of `port` of all files, now and later. */
  shareThrough(port: MessagePort): void {
    for (const path of this.#files.paths()) {
      port.postMessage({ path, buffer: this.#files.buffer(path) });
    }
    port.postMessage(ATTACHED);
    port.unref();
    port.on("close", () => this.#ports.delete(port));
    this.#ports.add(port);
  }

  create(path: string, length: number, isSparse: boolean): SharedFile {
    const file = this.#files.create(path, length, isSparse);
    this.#tell({ path, buffer: this.#files.buffer(path) as SharedArrayBuffer });
    return file;
  }

  open(path: string): SharedFile {
    return this.#files.open(path);
  }

  length(path: string): number | undefined {
    return this.#files.length(path);
  }

  remove(path: string): boolean {
    this.#tell({ path, buffer: undefined });
    return this.#files.remove(path);
  }

  makeFolder(path: string): void {
    this.#files.makeFolder(path);
  }

  removeFolder(path: string): void {
    for (const each of this.#files.paths()) {
      if (each.startsWith(`${path}/`)) this.remove(each);
    }
  }

  freeSpace(path: string): number {
    return this.#files.freeSpace(path);
  }

  /** Ends the sharing; threads keep the memory they have opened. */
  close(): void {
    for (const port of this.#ports) port.close();
    this.#ports.clear();
  }

  #tell(change: Change): void {
    for (const port of this.#ports) port.postMessage(change);
  }
}

/** The files of another thread: opened, never made. */
export class ThreadFilesGuest implements SharedFiles {
  readonly kind = "in-process";
  readonly #files: BufferFiles = new BufferFiles();
  readonly #port: MessagePort;
  readonly #pause: Int32Array = new Int32Array(new SharedArrayBuffer(4));
  #isAttached: boolean = false;

  /** @param port from `ThreadFilesOwner.share` */
  constructor(port: MessagePort) {
    this.#port = port;
    port.unref();
  }

  create(path: string, length: number, isSparse: boolean): SharedFile {
    // Private to this thread: only the owner's files are shared.
    return this.#files.create(path, length, isSparse);
  }

  open(path: string): SharedFile {
    this.#takeChanges();
    return this.#files.open(path);
  }

  length(path: string): number | undefined {
    this.#takeChanges();
    return this.#files.length(path);
  }

  remove(path: string): boolean {
    return this.#files.remove(path);
  }

  makeFolder(path: string): void {
    this.#files.makeFolder(path);
  }

  removeFolder(path: string): void {
    this.#files.removeFolder(path);
  }

  freeSpace(path: string): number {
    return this.#files.freeSpace(path);
  }

  close(): void {
    this.#port.close();
  }

  /** Takes what has been posted; the first time it waits until the owner has heard of this port. */
  #takeChanges(): void {
    let waitedMs = 0;
    for (;;) {
      // Not through the event loop: callers are not async, and neither is a conductor.
      const received = receiveMessageOnPort(this.#port);
      if (received !== undefined) {
        this.#take(received.message as Change | typeof ATTACHED);
      } else if (this.#isAttached || waitedMs >= ATTACH_TIMEOUT_MS) {
        return;
      } else {
        Atomics.wait(this.#pause, 0, 0, 1);
        waitedMs++;
      }
    }
  }

  #take(message: Change | typeof ATTACHED): void {
    if (message === ATTACHED) {
      this.#isAttached = true;
      return;
    }
    const { path, buffer } = message;
    if (buffer === undefined) this.#files.remove(path);
    else this.#files.put(path, buffer);
  }
}
