/** Elements in one expression. Text is always text: nothing from a schema or a message becomes markup. */

type Attribute = string | number | boolean | undefined | ((event: never) => void);

/** What an element may hold. */
export type Child = Node | string | undefined;

/**
 * Makes an element. Attributes named `on…` are listeners; false and undefined ones are left out, true ones are empty.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function")
      element.addEventListener(name.slice(2), value as EventListener);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child !== undefined) element.append(child);
  return element;
}

/** The element of the page with that id. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`page must have the element: id=${id}`);
  return element;
}

/** Replaces what an element holds. */
export function fill(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren(...children.filter((child) => child !== undefined));
}

/** `8` as `00000008`. */
export function offsetText(offset: number): string {
  return offset.toString(16).padStart(6, "0");
}

/** `7` as `07`. */
export function byteText(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
