import {
  type AtomicBuffer,
  BEGIN_FRAG_FLAG,
  ControlledAction,
  type ControlledFragmentHandler,
  END_FRAG_FLAG,
  type FragmentHandler,
  type Header,
  UNFRAGMENTED,
} from "@alerion/runtime/concurrent";
import { BufferBuilder } from "./buffer-builder.js";

/** Where the messages are that still lack fragments. */
interface Builders {
  find(sessionId: number): BufferBuilder | undefined;
  open(sessionId: number): BufferBuilder;
  free(sessionId: number): boolean;
  clear(): void;
}

/** The open message of one session: nothing is looked up. */
class ImageBuilder implements Builders {
  #builder: BufferBuilder = new BufferBuilder();

  find(): BufferBuilder {
    return this.#builder;
  }

  open(): BufferBuilder {
    return this.#builder;
  }

  free(): boolean {
    this.clear();
    return true;
  }

  clear(): void {
    this.#builder = new BufferBuilder();
  }
}

/** The open messages of several sessions, by session id. */
class SessionBuilders implements Builders {
  readonly #bySession = new Map<number, BufferBuilder>();

  find(sessionId: number): BufferBuilder | undefined {
    return this.#bySession.get(sessionId);
  }

  open(sessionId: number): BufferBuilder {
    let builder = this.#bySession.get(sessionId);
    if (builder === undefined) {
      builder = new BufferBuilder();
      this.#bySession.set(sessionId, builder);
    }
    return builder;
  }

  free(sessionId: number): boolean {
    return this.#bySession.delete(sessionId);
  }

  clear(): void {
    this.#bySession.clear();
  }
}

/**
 * Makes whole messages of fragments. Give `onFragment` to polls; the handler gets each message once, whole, and
 * messages that came in one frame where they lie.
 *
 * A message with a fragment missing (the subscription joined in its middle, an unreliable stream) is dropped.
 *
 * Source: Aeron FragmentAssembler.
 */
export class FragmentAssembler {
  readonly #handler: FragmentHandler;
  readonly #builders: Builders;

  constructor(handler: FragmentHandler) {
    this.#handler = handler;
    this.#builders = this.makeBuilders();
  }

  /** @internal */
  protected makeBuilders(): Builders {
    return new SessionBuilders();
  }

  /** The handler for polls. */
  readonly onFragment: FragmentHandler = (buffer, offset, length, header) => {
    const flags = header.flags();
    if ((flags & UNFRAGMENTED) === UNFRAGMENTED) {
      this.#handler(buffer, offset, length, header);
    } else {
      this.#assemble(buffer, offset, length, header, flags);
    }
  };

  /** Forgets what a session has left unfinished: call it when its image becomes unavailable. */
  freeSession(sessionId: number): boolean {
    return this.#builders.free(sessionId);
  }

  /** Forgets everything unfinished. */
  clear(): void {
    this.#builders.clear();
  }

  #assemble(
    buffer: AtomicBuffer,
    offset: number,
    length: number,
    header: Header,
    flags: number,
  ): void {
    if ((flags & BEGIN_FRAG_FLAG) !== 0) {
      this.#builders.open(header.sessionId()).begin(buffer, offset, length, header);
      return;
    }
    const builder = this.#builders.find(header.sessionId());
    if (builder === undefined || !builder.append(buffer, offset, length, header)) return;
    if ((flags & END_FRAG_FLAG) === 0) return;
    try {
      this.#handler(builder.buffer, 0, builder.length, builder.header(header));
    } finally {
      builder.reset();
    }
  }
}

/**
 * As `FragmentAssembler`, for controlled polls: what the handler returns steers the reading.
 *
 * Source: Aeron ControlledFragmentAssembler.
 */
export class ControlledFragmentAssembler {
  readonly #handler: ControlledFragmentHandler;
  readonly #builders: Builders;

  constructor(handler: ControlledFragmentHandler) {
    this.#handler = handler;
    this.#builders = this.makeBuilders();
  }

  /** @internal */
  protected makeBuilders(): Builders {
    return new SessionBuilders();
  }

  /** The handler for controlled polls. */
  readonly onFragment: ControlledFragmentHandler = (buffer, offset, length, header) => {
    const flags = header.flags();
    return (flags & UNFRAGMENTED) === UNFRAGMENTED
      ? this.#handler(buffer, offset, length, header)
      : this.#assemble(buffer, offset, length, header, flags);
  };

  /** Forgets what a session has left unfinished: call it when its image becomes unavailable. */
  freeSession(sessionId: number): boolean {
    return this.#builders.free(sessionId);
  }

  /** Forgets everything unfinished. */
  clear(): void {
    this.#builders.clear();
  }

  #assemble(
    buffer: AtomicBuffer,
    offset: number,
    length: number,
    header: Header,
    flags: number,
  ): ControlledAction {
    if ((flags & BEGIN_FRAG_FLAG) !== 0) {
      this.#builders.open(header.sessionId()).begin(buffer, offset, length, header);
      return ControlledAction.CONTINUE;
    }
    const builder = this.#builders.find(header.sessionId());
    if (builder === undefined || !builder.append(buffer, offset, length, header)) {
      return ControlledAction.CONTINUE;
    }
    if ((flags & END_FRAG_FLAG) === 0) return ControlledAction.CONTINUE;
    let action: ControlledAction = ControlledAction.CONTINUE;
    try {
      action = this.#handler(builder.buffer, 0, builder.length, builder.header(header));
    } finally {
      // Aborted: the last fragment comes again, and with it the message.
      if (action === ControlledAction.ABORT) builder.unappend(length, header);
      else builder.reset();
    }
    return action;
  }
}

/** As `FragmentAssembler`, for polls of one image. Source: Aeron ImageFragmentAssembler. */
export class ImageFragmentAssembler extends FragmentAssembler {
  /** @internal */
  protected override makeBuilders(): Builders {
    return new ImageBuilder();
  }
}

/** As `ControlledFragmentAssembler`, for polls of one image. Source: Aeron ImageControlledFragmentAssembler. */
export class ImageControlledFragmentAssembler extends ControlledFragmentAssembler {
  /** @internal */
  protected override makeBuilders(): Builders {
    return new ImageBuilder();
  }
}
