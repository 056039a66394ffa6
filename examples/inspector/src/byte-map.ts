/** The annotated byte map: a grid of bytes, coloured by what they are, with names below. */
import type { Span } from "@alerion/schema/explain";
import { byteText, fill, h, offsetText } from "./dom.js";
import { shortName, spanIndexAt, spanSentence, type Host, type Shown } from "./selection.js";

/** Bytes of one message that are drawn. */
const BYTES_MAX = 32 * 1024;

/** The pane of bytes. */
export class ByteMap {
  readonly #element: HTMLElement;
  readonly #host: Host;
  #shown: Shown | undefined;
  #cells: HTMLElement[] = [];
  #texts: HTMLElement[] = [];
  #perRow = 16;
  #at = 0;
  #nibble: number | undefined;

  constructor(element: HTMLElement, host: Host) {
    this.#element = element;
    this.#host = host;
    element.addEventListener("keydown", (event) => this.#onKey(event));
    element.addEventListener("pointerdown", (event) => this.#onPointer(event));
    element.addEventListener("pointerover", (event) => this.#onHover(event));
    element.addEventListener("pointerleave", () => host.hover(undefined));
    new ResizeObserver(() => this.#resize()).observe(element);
  }

  /** Draws another message, or the same one after a change. */
  show(shown: Shown | undefined, at: number): void {
    this.#shown = shown;
    this.#at = at;
    this.#draw();
  }

  /** Marks a byte and its span. */
  select(at: number, hasFocus: boolean): void {
    this.#at = at;
    this.#nibble = undefined;
    const { item } = this.#shown ?? {};
    if (item === undefined) return;
    const index = spanIndexAt(item.spans, at);
    const span = item.spans[index];
    for (const [offset, cell] of this.#cells.entries()) {
      const position = item.start + offset;
      const isSelected = span !== undefined && position >= span.start && position < span.end;
      cell.classList.toggle("selected", isSelected);
      this.#texts[offset]?.classList.toggle("selected", isSelected);
      cell.setAttribute("aria-selected", String(isSelected));
      cell.tabIndex = position === at ? 0 : -1;
    }
    const cell = this.#cells[at - item.start];
    cell?.scrollIntoView({ block: "nearest" });
    if (hasFocus) cell?.focus({ preventScroll: true });
  }

  /** Puts the keyboard on the chosen byte. */
  focus(): void {
    this.select(this.#at, true);
  }

  /** Lights the bytes of a span. */
  hover(index: number | undefined): void {
    const { item } = this.#shown ?? {};
    const span = index === undefined ? undefined : item?.spans[index];
    const start = item?.start ?? 0;
    for (const [offset, cell] of this.#cells.entries()) {
      const position = start + offset;
      const isHot = span !== undefined && position >= span.start && position < span.end;
      cell.classList.toggle("hot", isHot);
    }
  }

  #resize(): void {
    const width = this.#element.clientWidth;
    const perRow = width < 380 ? 4 : width < 690 ? 8 : 16;
    if (perRow === this.#perRow) return;
    this.#perRow = perRow;
    this.#draw();
  }

  #draw(): void {
    this.#cells = [];
    this.#texts = [];
    const { item } = this.#shown ?? {};
    if (item === undefined) {
      fill(this.#element);
      return;
    }
    const end = Math.min(item.end, item.start + BYTES_MAX);
    const perRow = this.#perRow;
    this.#element.style.setProperty("--per-row", String(perRow));
    const rows: HTMLElement[] = [];
    let index = 0;
    for (let from = item.start; from < end; from += perRow) {
      const to = Math.min(from + perRow, end);
      const cells: HTMLElement[] = [];
      const texts: HTMLElement[] = [];
      for (let at = from; at < to; at++) {
        while (at >= (item.spans[index]?.end ?? Number.POSITIVE_INFINITY)) index++;
        const span = item.spans[index];
        if (span === undefined) break;
        const byte = item.block.bytes[at] ?? 0;
        cells.push(this.#cell(at, byte, span, index, from, to));
        texts.push(textCell(byte, span, index));
      }
      this.#cells.push(...cells);
      this.#texts.push(...texts);
      const offset = offsetText(item.block.base + from);
      rows.push(
        h(
          "div",
          { role: "row", class: "row" },
          h("span", { class: "offset", role: "rowheader" }, offset),
          h("span", { class: "cells", role: "presentation" }, ...cells),
          h("span", { class: "ascii", "aria-hidden": "true" }, ...texts),
        ),
      );
    }
    const left = item.end - end;
    if (left > 0) rows.push(h("p", { class: "more" }, `… ${left} more bytes are not drawn`));
    fill(this.#element, ...rows);
    this.select(this.#at, false);
  }

  #cell(
    at: number,
    byte: number,
    span: Span,
    index: number,
    from: number,
    to: number,
  ): HTMLElement {
    const isFirst = at === span.start || at === from;
    const isLast = at === span.end - 1 || at === to - 1;
    const width = Math.min(span.end, to) - at;
    const label = !isFirst ? undefined : at === span.start ? shortName(span) : "…";
    const edges = `${at === span.start ? " first" : ""}${at === span.end - 1 ? " last" : ""}${isLast ? " rowlast" : ""}`;
    return h(
      "span",
      {
        role: "gridcell",
        class: `byte ${span.kind} ${index % 2 === 0 ? "even" : "odd"}${edges}`,
        // Drawn by the style sheet: to eyes it is a label, to screen readers the cell has a better one.
        "data-label": label,
        style: isFirst ? `--n:${width}` : undefined,
        "data-at": at,
        title: spanSentence(span),
        "aria-label": `byte ${at}, ${byteText(byte)}, ${spanSentence(span)}`,
      },
      byteText(byte),
    );
  }

  #atOf(event: Event): number | undefined {
    const cell = event.target instanceof Element ? event.target.closest("[data-at]") : null;
    return cell === null ? undefined : Number(cell.getAttribute("data-at"));
  }

  #onPointer(event: Event): void {
    const at = this.#atOf(event);
    if (at === undefined) return;
    event.preventDefault();
    this.#host.select(at, "map");
  }

  #onHover(event: Event): void {
    const at = this.#atOf(event);
    const { item } = this.#shown ?? {};
    this.#host.hover(
      at === undefined || item === undefined ? undefined : spanIndexAt(item.spans, at),
    );
  }

  #onKey(event: KeyboardEvent): void {
    const { item } = this.#shown ?? {};
    if (item === undefined || event.altKey || event.metaKey) return;
    const target = this.#target(event, item.start, item.end, item.spans);
    if (target !== undefined) {
      event.preventDefault();
      this.#host.select(Math.max(item.start, Math.min(item.end - 1, target)), "map");
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#host.startEditing();
    } else if (!event.ctrlKey && /^[0-9a-fA-F]$/.test(event.key)) {
      event.preventDefault();
      this.#type(Number.parseInt(event.key, 16));
    }
  }

  #target(
    event: KeyboardEvent,
    start: number,
    end: number,
    spans: readonly Span[],
  ): number | undefined {
    const at = this.#at;
    const rowStart = at - ((at - start) % this.#perRow);
    switch (event.key) {
      case "ArrowLeft":
        return at - 1;
      case "ArrowRight":
        return at + 1;
      case "ArrowUp":
        return at - this.#perRow < start ? at : at - this.#perRow;
      case "ArrowDown":
        return at + this.#perRow >= end ? at : at + this.#perRow;
      case "Home":
        return event.ctrlKey ? start : rowStart;
      case "End":
        return event.ctrlKey ? end - 1 : rowStart + this.#perRow - 1;
      case "PageUp":
        return at - this.#perRow * 8;
      case "PageDown":
        return at + this.#perRow * 8;
      case "]":
        return spans[spanIndexAt(spans, at) + 1]?.start ?? at;
      case "[":
        return spans[spanIndexAt(spans, at) - 1]?.start ?? at;
      default:
        return undefined;
    }
  }

  /** Two digits make a byte; the first one shows at once. */
  #type(digit: number): void {
    const { item } = this.#shown ?? {};
    const at = this.#at;
    if (item === undefined) return;
    const high = this.#nibble;
    if (high === undefined) {
      const low = (item.block.bytes[at] ?? 0) & 0x0f;
      this.#host.typeByte(at, (digit << 4) | low);
      this.#nibble = digit;
      return;
    }
    this.#nibble = undefined;
    this.#host.typeByte(at, (high << 4) | digit);
    const shown = this.#shown;
    if (shown !== undefined && at + 1 < shown.item.end) this.#host.select(at + 1, "map");
  }
}

function textCell(byte: number, span: Span, index: number): HTMLElement {
  const isVisible = byte > 0x20 && byte < 0x7f;
  const parity = index % 2 === 0 ? "even" : "odd";
  return h(
    "span",
    { class: `char ${span.kind} ${parity}${isVisible ? "" : " dim"}` },
    isVisible ? String.fromCharCode(byte) : "·",
  );
}
