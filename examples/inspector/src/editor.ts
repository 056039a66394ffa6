/** What is known of the chosen field, and the control that changes it. */
import type { SchemaLayout } from "@alerion/schema";
import type { Span } from "@alerion/schema/explain";
import { fill, h, type Child } from "./dom.js";
import { leafAt, setValue, valueAt, valueOfText, type Leaf } from "./edit.js";
import type { Item } from "./input.js";
import { spanName } from "./selection.js";

/** What the editor asks of the page. */
export interface EditorHost {
  /** Makes a change, which may throw; what changed is shown. */
  change(change: () => void): void;
  /** The user is done: the keyboard goes back to where it was. */
  leave(): void;
}

/** The pane below the bytes. */
export class Editor {
  readonly #element: HTMLElement;
  readonly #host: EditorHost;

  constructor(element: HTMLElement, host: EditorHost) {
    this.#element = element;
    this.#host = host;
  }

  /** Shows a span; undefined for none. */
  show(layout: SchemaLayout, item: Item, span: Span | undefined): void {
    if (span === undefined) {
      fill(this.#element);
      return;
    }
    const path = pathOf(span);
    const leaf = leafAt(layout, item.message?.message, span.path === path ? path : span.path);
    const edited = leafAt(layout, item.message?.message, path);
    fill(
      this.#element,
      h(
        "div",
        { class: "about" },
        h("h2", {}, spanName(span)),
        h("p", { class: "facts" }, ...factsOf(span, item, leaf)),
        leaf?.described.description === undefined
          ? undefined
          : h("p", { class: "description" }, leaf.described.description),
      ),
      h(
        "div",
        { class: "control" },
        edited !== undefined && canEdit(span, item)
          ? this.#control(layout, item, path, edited)
          : h("p", { class: "hint" }, "Type hex digits over the bytes to change them."),
        span.meaning === undefined ? undefined : h("p", { class: "meaning" }, `= ${span.meaning}`),
        h("p", { class: "fault", role: "alert" }),
      ),
    );
  }

  /** Puts the keyboard into the control; false if there is none. */
  focus(): boolean {
    const control = this.#element.querySelector<HTMLElement>("select, input, textarea");
    control?.focus();
    if (control instanceof HTMLInputElement && control.type === "text") control.select();
    return control !== null;
  }

  /** Says why a change was refused. */
  fault(text: string): void {
    const fault = this.#element.querySelector(".fault");
    if (fault !== null) fault.textContent = text;
  }

  #control(layout: SchemaLayout, item: Item, path: string, leaf: Leaf): HTMLElement {
    const { type } = leaf;
    const set = (value: () => unknown): void =>
      this.#host.change(() => setValue(layout, item, path, value()));
    const value = valueAt(layout, item, path);
    if (type.kind === "enum") {
      const known = type.values.map(({ name, value: number }) =>
        h("option", { value: name, selected: value === name }, `${name} (${String(number)})`),
      );
      const other = textOf(value);
      const isOther = type.values.every(({ name }) => name !== value);
      if (leaf.isOptional || value === null) {
        known.push(h("option", { value: "", selected: value === null }, "null"));
      }
      if (isOther && value !== null)
        known.push(h("option", { value: other, selected: true }, other));
      const select = h("select", { "aria-label": `value of ${path}` }, ...known);
      select.addEventListener("change", () =>
        set(() => (select.value === "" ? null : select.value)),
      );
      select.addEventListener("keydown", (event) => this.#onKey(event));
      return select;
    }
    if (type.kind === "set") {
      const names = new Set(Array.isArray(value) ? (value as string[]) : []);
      const boxes = type.choices.map(({ name }) => {
        const box = h("input", { type: "checkbox", checked: names.has(name) });
        box.addEventListener("change", () => {
          if (box.checked) names.add(name);
          else names.delete(name);
          set(() => [...names]);
        });
        box.addEventListener("keydown", (event) => this.#onKey(event));
        return h("label", {}, box, name);
      });
      return h(
        "div",
        { class: "choices", role: "group", "aria-label": `bits of ${path}` },
        ...boxes,
      );
    }
    const input = h("input", {
      type: "text",
      spellcheck: "false",
      "aria-label": `value of ${path}`,
      value: textOf(value),
    });
    // Leaving the field takes its value too, also when Enter has taken it: then it is not taken again.
    let taken = input.value;
    const take = (): void => {
      if (input.value === taken) return;
      taken = input.value;
      set(() => valueOfText(leaf, input.value));
    };
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") take();
      this.#onKey(event);
    });
    input.addEventListener("change", take);
    return input;
  }

  #onKey(event: KeyboardEvent): void {
    event.stopPropagation();
    if (
      event.key === "Escape" ||
      (event.key === "Enter" && !(event.target instanceof HTMLSelectElement))
    ) {
      event.preventDefault();
      this.#host.leave();
    }
  }
}

/** The path whose value the span belongs to: the length of var data belongs to the data. */
function pathOf({ path, kind }: Span): string {
  return kind === "length" ? path.slice(0, path.lastIndexOf(".")) : path;
}

function canEdit(span: Span, { message }: Item): boolean {
  const isValue = span.kind === "field" || span.kind === "data" || span.kind === "length";
  return isValue && message !== undefined && message.error === undefined;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function factsOf(span: Span, { block }: Item, leaf: Leaf | undefined): Child[] {
  const size = span.end - span.start;
  const facts = [`offset ${block.base + span.start}`, size === 1 ? "1 byte" : `${size} bytes`];
  if (leaf !== undefined) {
    const { type, described } = leaf;
    if (type.kind === "composite") facts.push(type.typeName);
    else {
      const order =
        type.size > 1 && type.primitive !== "char" ? (type.littleEndian ? " LE" : " BE") : "";
      const count = type.kind === "primitive" && type.isArray ? `[${type.length}]` : "";
      const kind = type.kind === "primitive" ? "" : `${type.kind} ${type.typeName}, `;
      facts.push(`${kind}${type.primitive}${count}${order}`);
    }
    if (leaf.isOptional) facts.push("optional");
    if (described.sinceVersion > 0) facts.push(`since version ${described.sinceVersion}`);
    if (described.deprecated > 0) facts.push(`deprecated in version ${described.deprecated}`);
  } else facts.push(span.kind);
  return facts.map((fact) => h("span", {}, fact));
}
