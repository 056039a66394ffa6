/**
 * Where a message stands in its variable part. One cursor is shared by the flyweight of a message and
 * the flyweights of its groups, so that all of them move through the bytes together.
 *
 * Plain fields, no methods: read and written in every `next()`; the same speed as `#` fields, and usable
 * across classes.
 */
export class Cursor {
  /** Absolute offset in the view of the next byte to read or write. */
  position = 0;
  /** Absolute, exclusive end: nothing at or beyond it is read or written. */
  limit = 0;
  /** Where in the field order it stands, in code generated with `--checks`; 0 before `wrap`. */
  state = 0;
  /** Entries without bytes that were made objects of, in all groups of the message. */
  emptyEntries = 0;
}

/** What flyweights look at before their first `wrap`: every access is out of range. */
export const EMPTY_VIEW: DataView = /* @__PURE__ */ new DataView(
  /* @__PURE__ */ new ArrayBuffer(0),
);
