/** The list of messages of an input; only what can be seen is drawn. */
import { fill, h, offsetText } from "./dom.js";
import type { Item } from "./input.js";

const ROW_HEIGHT = 44;
const ROWS_AROUND = 10;

/** A listbox over any number of messages. */
export class MessageList {
  readonly #element: HTMLElement;
  readonly #onSelect: (item: Item, index: number) => void;
  readonly #spacer = h("div", { class: "spacer", role: "presentation" });
  #items: readonly Item[] = [];
  #numbers: readonly number[] = [];
  #selected = 0;

  constructor(element: HTMLElement, onSelect: (item: Item, index: number) => void) {
    this.#element = element;
    this.#onSelect = onSelect;
    element.append(this.#spacer);
    element.addEventListener("scroll", () => this.#draw(), { passive: true });
    element.addEventListener("keydown", (event) => this.#onKey(event));
    element.addEventListener("click", (event) => {
      const row = event.target instanceof Element ? event.target.closest("[data-index]") : null;
      if (row !== null) this.choose(Number(row.getAttribute("data-index")));
    });
    new ResizeObserver(() => this.#draw()).observe(element);
  }

  /** Shows other items; `numbers` are their places among all. */
  show(items: readonly Item[], numbers: readonly number[], selected: number): void {
    this.#items = items;
    this.#numbers = numbers;
    this.#selected = Math.max(0, Math.min(selected, items.length - 1));
    this.#spacer.style.height = `${items.length * ROW_HEIGHT}px`;
    this.#reveal();
    this.#draw();
  }

  /** Moves by that many lines. */
  move(step: number): void {
    this.choose(Math.max(0, Math.min(this.#items.length - 1, this.#selected + step)));
  }

  /** Chooses a line. */
  choose(index: number): void {
    const item = this.#items[index];
    if (item === undefined) return;
    this.#selected = index;
    this.#reveal();
    this.#draw();
    this.#onSelect(item, this.#numbers[index] ?? 0);
  }

  #reveal(): void {
    const top = this.#selected * ROW_HEIGHT;
    const { scrollTop, clientHeight } = this.#element;
    if (top < scrollTop) this.#element.scrollTop = top;
    else if (top + ROW_HEIGHT > scrollTop + clientHeight) {
      this.#element.scrollTop = top + ROW_HEIGHT - clientHeight;
    }
  }

  #draw(): void {
    const { scrollTop, clientHeight } = this.#element;
    const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - ROWS_AROUND);
    const last = Math.ceil((scrollTop + clientHeight) / ROW_HEIGHT) + ROWS_AROUND;
    const rows = this.#items
      .slice(first, last)
      .map((item, index) => this.#row(item, first + index));
    fill(this.#spacer, ...rows);
    this.#element.setAttribute("aria-activedescendant", `message-${this.#selected}`);
  }

  #row(item: Item, index: number): HTMLElement {
    const { message, block, start, end } = item;
    const isFaulty = message === undefined || message.error !== undefined;
    const origin = block.origin === "" ? `offset ${offsetText(block.base + start)}` : block.origin;
    return h(
      "div",
      {
        role: "option",
        id: `message-${index}`,
        class: `message${isFaulty ? " faulty" : ""}`,
        style: `top:${index * ROW_HEIGHT}px`,
        "aria-selected": String(index === this.#selected),
        "aria-posinset": index + 1,
        "aria-setsize": this.#items.length,
        "data-index": index,
      },
      h("span", { class: "number" }, String((this.#numbers[index] ?? index) + 1)),
      h("span", { class: "name" }, message?.message ?? "Unknown bytes"),
      h("span", { class: "size" }, `${end - start} B`),
      h("span", { class: "origin" }, origin),
    );
  }

  #onKey(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.#element.clientHeight / ROW_HEIGHT) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -this.#items.length,
      End: this.#items.length,
    };
    const step = steps[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.move(step);
  }
}
