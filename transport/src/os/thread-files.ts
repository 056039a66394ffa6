import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { BufferFiles } from "./buffer-files.js";
import type { SharedFile, SharedFiles } from "./shared-files.js";

/** What the owner of the files tells the threads that share them. */
type Change =
  | { readonly path: string; readonly buffer: SharedArrayBuffer }
  | { readonly path: string; readonly buffer: undefined };

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
    for (const path of this.#files.paths()) {
      port1.postMessage({ path, buffer: this.#files.buffer(path) });
    }
    port1.unref();
    port1.on("close", () => this.#ports.delete(port1));
    this.#ports.add(port1);
    return port2;
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

  #takeChanges(): void {
    for (;;) {
      // Reads what has been posted without going through the event loop.
      const received = receiveMessageOnPort(this.#port);
      if (received === undefined) return;
      const { path, buffer } = received.message as Change;
      if (buffer === undefined) this.#files.remove(path);
      else this.#files.put(path, buffer);
    }
  }
}
