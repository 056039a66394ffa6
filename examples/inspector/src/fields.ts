/** The fields of a message, as a tree or as a table. */
import type { Span } from "@alerion/schema/explain";
import { fill, h } from "./dom.js";
import { stepsOf } from "./edit.js";
import { spanIndexAt, spanName, type Host, type Shown } from "./selection.js";

interface TreeNode {
  readonly name: string;
  readonly path: string;
  readonly children: Map<string, TreeNode>;
  /** Index of the span, for a leaf. */
  span: number | undefined;
}

function nodeOf(name: string, path: string): TreeNode {
  return { name, path, children: new Map(), span: undefined };
}

/** Spans by the parts of their paths; a name that comes twice stands twice. */
function treeOf(spans: readonly Span[]): TreeNode {
  const root = nodeOf("", "");
  for (const [index, span] of spans.entries()) {
    let node = root;
    let path = "";
    for (const step of span.path === "" ? [spanName(span)] : stepsOf(span.path)) {
      const name = typeof step === "number" ? `[${step}]` : step;
      path += `/${name}`;
      let child = node.children.get(name);
      if (child === undefined || (span.path === "" && child.span !== undefined)) {
        child = nodeOf(name, path);
        node.children.set(node.children.has(name) ? `${name} ${index}` : name, child);
      }
      node = child;
    }
    node.span ??= index;
  }
  return root;
}

/** The pane of fields. */
export class Fields {
  readonly #element: HTMLElement;
  readonly #host: Host;
  #kind: "tree" | "table" = "tree";
  #shown: Shown | undefined;
  #at = 0;
  /** Collapsed paths; they stay so from message to message. */
  readonly #closed = new Set<string>();
  #focused = "";

  constructor(element: HTMLElement, host: Host) {
    this.#element = element;
    this.#host = host;
    element.addEventListener("keydown", (event) => this.#onKey(event));
    element.addEventListener("click", (event) => this.#onClick(event));
    element.addEventListener("dblclick", () => host.startEditing());
    element.addEventListener("pointerover", (event) => {
      const row = this.#rowOf(event);
      const span = row?.dataset["span"];
      host.hover(span === undefined ? undefined : Number(span));
    });
    element.addEventListener("pointerleave", () => host.hover(undefined));
  }

  /** Draws another message, or the same one after a change, as a tree or a table. */
  show(shown: Shown | undefined, at: number, kind: "tree" | "table"): void {
    this.#shown = shown;
    this.#at = at;
    this.#kind = kind;
    this.#draw();
  }

  /** Marks the field of a byte. */
  select(at: number, hasFocus: boolean): void {
    this.#at = at;
    const index = spanIndexAt(this.#shown?.item.spans ?? [], at);
    let chosen: HTMLElement | undefined;
    for (const row of this.#rows()) {
      const isSelected = row.dataset["span"] === String(index);
      row.setAttribute("aria-selected", String(isSelected));
      row.tabIndex = -1;
      if (isSelected) chosen = row;
    }
    chosen ??= this.#rows()[0];
    if (chosen === undefined) return;
    this.#focused = chosen.dataset["path"] ?? "";
    chosen.tabIndex = 0;
    chosen.scrollIntoView({ block: "nearest" });
    if (hasFocus) chosen.focus({ preventScroll: true });
  }

  /** Lights the row of a span. */
  hover(index: number | undefined): void {
    for (const row of this.#rows()) {
      row.classList.toggle("hot", row.dataset["span"] === String(index));
    }
  }

  /** Puts the keyboard on the chosen field. */
  focus(): void {
    this.select(this.#at, true);
  }

  #rows(): HTMLElement[] {
    return [...this.#element.querySelectorAll<HTMLElement>("[data-path]")];
  }

  #rowOf(event: Event): HTMLElement | undefined {
    const row = event.target instanceof Element ? event.target.closest("[data-path]") : null;
    return row instanceof HTMLElement ? row : undefined;
  }

  #draw(): void {
    const { item } = this.#shown ?? {};
    if (item === undefined) {
      fill(this.#element);
      return;
    }
    if (this.#kind === "tree") {
      this.#element.setAttribute("role", "tree");
      fill(this.#element, ...this.#branches(treeOf(item.spans), 1));
    } else {
      this.#element.removeAttribute("role");
      fill(this.#element, this.#table(item.spans));
    }
    this.select(this.#at, false);
  }

  #branches(parent: TreeNode, level: number): HTMLElement[] {
    const spans = this.#shown?.item.spans ?? [];
    const rows: HTMLElement[] = [];
    for (const node of parent.children.values()) {
      const isBranch = node.children.size > 0;
      const isOpen = isBranch && !this.#closed.has(node.path);
      const span = node.span === undefined ? undefined : spans[node.span];
      rows.push(
        h(
          "div",
          {
            role: "treeitem",
            class: `field-row ${span?.kind ?? "branch"}`,
            style: `--level:${level}`,
            "aria-level": level,
            "aria-expanded": isBranch ? String(isOpen) : undefined,
            "data-path": node.path,
            "data-span": node.span,
            tabindex: -1,
          },
          h(
            "span",
            { class: "twist", "aria-hidden": "true" },
            isBranch ? (isOpen ? "▾" : "▸") : "",
          ),
          h("span", { class: "swatch", "aria-hidden": "true" }),
          h("span", { class: "name" }, node.name),
          // A time says more than its count, and both do not fit.
          isLong(span?.meaning)
            ? undefined
            : h("span", { class: "value" }, span?.text ?? summaryOf(node)),
          span?.meaning === undefined ? undefined : h("span", { class: "meaning" }, span.meaning),
        ),
      );
      if (isOpen) rows.push(...this.#branches(node, level + 1));
    }
    return rows;
  }

  #table(spans: readonly Span[]): HTMLElement {
    const base = this.#shown?.item.block.base ?? 0;
    const rows = spans.map((span, index) =>
      h(
        "tr",
        { class: span.kind, "data-path": String(index), "data-span": index, tabindex: -1 },
        h("td", { class: "number" }, String(base + span.start)),
        h("td", { class: "number" }, String(span.end - span.start)),
        h(
          "th",
          { scope: "row" },
          h("span", { class: "swatch", "aria-hidden": "true" }),
          spanName(span),
        ),
        h("td", { class: "value" }, span.text),
        h("td", { class: "meaning" }, span.meaning ?? ""),
      ),
    );
    const heads = ["Offset", "Size", "Field", "Value", "Meaning"];
    return h(
      "table",
      {},
      h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, ...rows),
    );
  }

  #onClick(event: Event): void {
    const row = this.#rowOf(event);
    if (row === undefined) return;
    this.#choose(row);
    if (row.dataset["span"] === undefined) this.#toggle(row);
  }

  #choose(row: HTMLElement): void {
    const span = this.#shown?.item.spans[Number(row.dataset["span"] ?? -1)];
    if (span !== undefined) {
      this.#host.select(span.start, "fields");
      return;
    }
    for (const each of this.#rows()) each.tabIndex = -1;
    this.#focused = row.dataset["path"] ?? "";
    row.tabIndex = 0;
    row.focus();
  }

  #toggle(row: HTMLElement, open?: boolean): void {
    const path = row.dataset["path"] ?? "";
    if (open ?? this.#closed.has(path)) this.#closed.delete(path);
    else this.#closed.add(path);
    this.#draw();
    this.#rowAt(path)?.focus();
  }

  #rowAt(path: string): HTMLElement | undefined {
    const row = this.#rows().find((each) => each.dataset["path"] === path);
    if (row === undefined) return undefined;
    for (const each of this.#rows()) each.tabIndex = -1;
    row.tabIndex = 0;
    this.#focused = path;
    return row;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const rows = this.#rows();
    const index = rows.findIndex((row) => row.dataset["path"] === this.#focused);
    const row = rows[index];
    if (row === undefined) return;
    const target = this.#target(event.key, rows, index);
    if (target !== undefined) this.#choose(target);
    else if (event.key === "Enter" || event.key === " ") {
      if (row.dataset["span"] === undefined) this.#toggle(row);
      else this.#host.startEditing();
    } else if (event.key === "ArrowRight" && row.ariaExpanded === "false") this.#toggle(row, true);
    else if (event.key === "ArrowLeft" && row.ariaExpanded === "true") this.#toggle(row, false);
    else return;
    event.preventDefault();
  }

  #target(key: string, rows: readonly HTMLElement[], index: number): HTMLElement | undefined {
    switch (key) {
      case "ArrowDown":
        return rows[index + 1];
      case "ArrowUp":
        return rows[index - 1];
      case "Home":
        return rows[0];
      case "End":
        return rows.at(-1);
      case "ArrowRight":
        return rows[index]?.ariaExpanded === "true" ? rows[index + 1] : undefined;
      case "ArrowLeft": {
        if (rows[index]?.ariaExpanded === "true") return undefined;
        const level = Number(rows[index]?.ariaLevel ?? 1);
        return rows.slice(0, index).findLast((row) => Number(row.ariaLevel) < level);
      }
      default:
        return undefined;
    }
  }
}

function isLong(meaning: string | undefined): boolean {
  return meaning !== undefined && meaning.length > 20;
}

/** What a closed branch holds. */
function summaryOf({ children }: TreeNode): string {
  const entries = [...children.keys()].filter((name) => name.startsWith("[")).length;
  if (entries > 0) return entries === 1 ? "1 entry" : `${entries} entries`;
  return "";
}
