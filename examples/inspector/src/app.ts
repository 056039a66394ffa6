/** The page: what is open, what is chosen, and the panes that show it. */
import { DecodeError, EncodeError } from "@alerion/schema";
import { FRAMINGS, framingNamed } from "@alerion/schema/explain";
import { fromBase64, toBase64 } from "./base64.js";
import { ByteMap } from "./byte-map.js";
import { byId, fill, h } from "./dom.js";
import { documentOf, setByte, setDocument } from "./edit.js";
import { Editor } from "./editor.js";
import { Fields } from "./fields.js";
import {
  bytesOfHexText,
  explainAgain,
  itemsOf,
  openInput,
  rebase,
  unpacked,
  type Block,
  type Input,
  type Item,
} from "./input.js";
import { MessageList } from "./message-list.js";
import { openSchema, schemaOfFile, type Schema, type SchemaFault } from "./schema-source.js";
import { spanIndexAt, type Host } from "./selection.js";
import { hashOf, LINK_LENGTH_MAX, pageWith, type SharedState } from "./share.js";

type View = "tree" | "table" | "json";

/** Changes that can be taken back. */
const UNDO_MAX = 200;

interface Undo {
  readonly block: Block;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** All of the page's behaviour, behind methods that buttons and keys call. */
export class App {
  readonly #page: string;
  readonly #list: MessageList;
  readonly #map: ByteMap;
  readonly #fields: Fields;
  readonly #editor: Editor;
  #schema: Schema | undefined;
  #input: Input | undefined;
  /** Given before there was a schema. */
  #waiting: { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> } | undefined;
  #framing = "auto";
  #items: readonly Item[] = [];
  #index = 0;
  #at = 0;
  #view: View = "tree";
  #filter = "";
  #returnTo: "map" | "fields" = "map";
  #undo: Undo[] = [];

  /** @param page  source of the page as it was loaded, to save it with a state */
  constructor(page: string) {
    this.#page = page;
    const host: Host = {
      select: (at, origin) => this.#select(at, origin),
      hover: (span) => {
        this.#map.hover(span);
        this.#fields.hover(span);
      },
      typeByte: (at, byte) =>
        this.#change(() => this.#withItem((layout, item) => setByte(layout, item, at, byte))),
      startEditing: () => void this.#editor.focus(),
    };
    this.#list = new MessageList(byId("list"), (_item, index) => this.#open(index));
    this.#map = new ByteMap(byId("map"), host);
    this.#fields = new Fields(byId("fields"), host);
    this.#editor = new Editor(byId("editor"), {
      change: (change) => this.#change(change),
      leave: () => (this.#returnTo === "map" ? this.#map : this.#fields).focus(),
    });
    const framing = byId("framing");
    fill(
      framing,
      ...["auto", ...FRAMINGS.map(({ name }) => name)].map((name) =>
        h("option", { value: name }, name),
      ),
    );
  }

  /** Shows what a link, a saved page or the sample holds. */
  restore({ schema, input, framing, item, at }: SharedState): void {
    this.#framing = framing ?? "auto";
    (byId("framing") as HTMLSelectElement).value = this.#framing;
    this.#useSchema(openSchema(schema));
    if (input === undefined) return;
    this.#useInput(input.name, fromBase64(input.bytes));
    this.#open(item ?? 0);
    if (at !== undefined) this.#select(at, undefined);
  }

  /** Takes files: schemas by name or content, anything else as bytes. */
  async openFiles(files: Iterable<File>): Promise<void> {
    for (const file of files) {
      const bytes = await unpacked(new Uint8Array(await file.arrayBuffer()));
      const name = file.name.replace(/\.gz$/, "");
      if (isSchema(name, bytes)) this.#useSchema(schemaOfFile(name, bytes));
      else this.#useInput(name, textAsHex(name, bytes) ?? bytes);
    }
  }

  /** Takes text: a schema, or hex digits. */
  openText(text: string): void {
    if (text.trimStart().startsWith("<")) {
      this.#useSchema(openSchema({ name: "pasted.xml", xml: text }));
      return;
    }
    const bytes = bytesOfHexText(text);
    if (bytes === undefined) this.notice("text must be an XML schema or pairs of hex digits", true);
    else this.#useInput("pasted hex", bytes);
  }

  /** Reads the input again as if messages were wrapped that way. */
  useFraming(name: string): void {
    this.#framing = name;
    if (this.#input !== undefined) this.#useInput(this.#input.name, this.#input.bytes);
  }

  /** Shows only messages whose name or origin has the text. */
  filter(text: string): void {
    this.#filter = text.trim().toLowerCase();
    this.#showList();
  }

  /** Shows the fields as a tree, a table, or JSON. */
  show(view: View): void {
    this.#view = view;
    for (const tab of document.querySelectorAll<HTMLElement>("[data-view]")) {
      const isChosen = tab.dataset["view"] === view;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
    }
    this.#showFields();
  }

  /** Another message, that many lines away. */
  move(step: number): void {
    this.#list.move(step);
  }

  /** Takes the last change back. */
  undo(): void {
    const last = this.#undo.pop();
    if (last === undefined) {
      this.notice("nothing to take back");
      return;
    }
    last.block.bytes = last.bytes;
    this.#explain(last.block);
    this.notice("taken back");
  }

  /** A link to what is shown, in the address bar and the clipboard. */
  async share(): Promise<void> {
    const whole = this.#state(true);
    if (whole === undefined) {
      this.notice("open a schema first", true);
      return;
    }
    let hash = await hashOf(whole);
    let what = "link copied";
    if (hash.length > LINK_LENGTH_MAX) {
      const part = this.#state(false);
      hash = part === undefined ? hash : await hashOf(part);
      what = "the input is too large for a link: it holds this message alone; Save keeps all";
    }
    if (hash.length > LINK_LENGTH_MAX) {
      this.notice("schema and message are too large for a link: use Save", true);
      return;
    }
    history.replaceState(undefined, "", hash);
    try {
      await navigator.clipboard.writeText(location.href);
      this.notice(what);
    } catch {
      this.notice(`${what.replace(" copied", "")}: in the address bar`);
    }
  }

  /** The page with its state as one file. */
  save(): void {
    const state = this.#state(true);
    if (state === undefined) return;
    const blob = new Blob([pageWith(this.#page, state)], { type: "text/html" });
    const url = URL.createObjectURL(blob);
    h("a", { href: url, download: `${state.input?.name ?? state.schema.name}.html` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  /** One line for the user, also read out. */
  notice(text: string, isFault = false): void {
    const element = byId("notice");
    element.textContent = text;
    element.classList.toggle("fault", isFault);
  }

  /** Makes the edited JSON the message. */
  applyJson(text: string): void {
    this.#change(() => this.#withItem((layout, item) => setDocument(layout, item, text)));
  }

  #state(isWhole: boolean): SharedState | undefined {
    const schema = this.#schema?.stored;
    const input = this.#input;
    if (schema === undefined) return undefined;
    const framing = this.#framing === "auto" ? {} : { framing: this.#framing };
    const item = this.#items[this.#index];
    if (input === undefined || item === undefined) return { schema, ...framing };
    const place = { item: this.#index, at: this.#at };
    if (isWhole && (input.kind === "bytes" || this.#undo.length === 0)) {
      const bytes = input.kind === "bytes" ? joined(input.blocks) : input.bytes;
      return { schema, input: { name: input.name, bytes: toBase64(bytes) }, ...framing, ...place };
    }
    const { block } = item;
    const first = this.#items.findIndex((each) => each.block === block);
    return {
      schema,
      input: { name: block.origin || input.name, bytes: toBase64(block.bytes) },
      framing: block.framing.name,
      item: this.#index - first,
      at: this.#at,
    };
  }

  #useSchema(schema: Schema | SchemaFault): void {
    const faults = byId("faults");
    if ("text" in schema) {
      faults.textContent = schema.text;
      faults.hidden = false;
      this.notice("the schema has errors", true);
      return;
    }
    faults.hidden = true;
    this.#schema = schema;
    const { layout, stored } = schema;
    fill(
      byId("schema"),
      h("strong", {}, stored.name),
      h(
        "span",
        {},
        `${layout.package} · id ${layout.id} · version ${layout.version} · ${layout.messages.length} messages`,
      ),
    );
    const input = this.#waiting ?? this.#input;
    this.#waiting = undefined;
    if (input !== undefined) this.#useInput(input.name, input.bytes);
  }

  #useInput(name: string, bytes: Uint8Array<ArrayBuffer>): void {
    const schema = this.#schema;
    if (schema === undefined) {
      this.#waiting = { name, bytes };
      this.notice("now open the schema of these bytes");
      return;
    }
    this.#undo = [];
    this.#input = openInput(name, bytes, schema.layout, framingNamed(this.#framing));
    this.#items = itemsOf(this.#input.blocks);
    const framing = this.#input.blocks[0]?.framing.name ?? "none";
    const faults = this.#items.filter(
      ({ message }) => message === undefined || message.error !== undefined,
    ).length;
    fill(
      byId("input"),
      h("strong", {}, name),
      h(
        "span",
        {},
        `${bytes.length.toLocaleString("en")} bytes · ${this.#items.length.toLocaleString("en")} messages · framing ${framing}`,
      ),
    );
    const unknown = faults === 0 ? "" : `${faults} of ${this.#items.length} could not be read`;
    this.notice([this.#input.notice, unknown].filter((each) => each !== "").join("; "), faults > 0);
    byId("main").classList.toggle("empty", this.#items.length === 0);
    this.#index = 0;
    this.#showList();
    this.#open(0);
  }

  #showList(): void {
    const numbers = [...this.#items.keys()].filter((index) => this.#matches(this.#items[index]));
    const items = numbers.flatMap((index) => this.#items[index] ?? []);
    this.#list.show(items, numbers, Math.max(0, numbers.indexOf(this.#index)));
    byId("count").textContent =
      items.length === this.#items.length ? "" : `${items.length} of ${this.#items.length}`;
  }

  #matches(item: Item | undefined): boolean {
    if (this.#filter === "" || item === undefined) return true;
    const { message, block, spans } = item;
    const name = message?.message?.toLowerCase() ?? "unknown";
    if (name.includes(this.#filter) || block.origin.toLowerCase().includes(this.#filter))
      return true;
    return spans.some(({ text }) => text.toLowerCase().includes(this.#filter));
  }

  #open(index: number): void {
    const item = this.#items[index];
    this.#index = index;
    const first = item?.message?.spans.find(({ kind }) => kind === "field");
    this.#at = first?.start ?? item?.start ?? 0;
    const title = byId("title");
    if (item === undefined) fill(title);
    else {
      const { message } = item;
      const about =
        message?.message === undefined
          ? (message?.error?.message ?? "no message of the schema")
          : `template ${message.templateId} · version ${message.version} · ${item.end - item.start} bytes`;
      fill(title, h("strong", {}, message?.message ?? "Unknown bytes"), h("span", {}, about));
    }
    this.#showItem();
  }

  #showItem(): void {
    const shown = this.#shown();
    this.#map.show(shown, this.#at);
    this.#showFields();
    this.#showEditor();
  }

  #showFields(): void {
    const json = byId("json");
    const fields = byId("fields");
    json.hidden = this.#view !== "json";
    fields.hidden = this.#view === "json";
    const shown = this.#shown();
    if (this.#view !== "json") {
      this.#fields.show(shown, this.#at, this.#view);
      return;
    }
    const document = shown === undefined ? undefined : documentOf(shown.layout, shown.item);
    (byId("json-text") as HTMLTextAreaElement).value =
      document === undefined ? "" : JSON.stringify(document, undefined, 2);
  }

  #showEditor(): void {
    const shown = this.#shown();
    if (shown === undefined) return;
    const { layout, item } = shown;
    this.#editor.show(layout, item, item.spans[spanIndexAt(item.spans, this.#at)]);
  }

  #shown() {
    const item = this.#items[this.#index];
    const layout = this.#schema?.layout;
    return item === undefined || layout === undefined ? undefined : { layout, item };
  }

  #select(at: number, origin: "map" | "fields" | undefined): void {
    this.#at = at;
    if (origin !== undefined) this.#returnTo = origin;
    this.#map.select(at, origin === "map");
    this.#fields.select(at, origin === "fields");
    this.#showEditor();
  }

  #withItem(change: (layout: Schema["layout"], item: Item) => void): void {
    const shown = this.#shown();
    if (shown !== undefined) change(shown.layout, shown.item);
  }

  /** Makes a change of the shown message and shows it, or says why it cannot be. */
  #change(change: () => void): void {
    const item = this.#items[this.#index];
    if (item === undefined) return;
    const { block } = item;
    const before = block.bytes;
    try {
      change();
    } catch (error) {
      const isExpected =
        error instanceof EncodeError ||
        error instanceof DecodeError ||
        error instanceof SyntaxError ||
        error instanceof RangeError;
      if (!isExpected) throw error;
      this.#editor.fault(error.message);
      this.notice(error.message, true);
      return;
    }
    if (block.bytes === before) return;
    this.#undo.push({ block, bytes: before });
    if (this.#undo.length > UNDO_MAX) this.#undo.shift();
    this.notice("changed; Ctrl+Z takes it back");
    this.#refresh();
  }

  #explain(block: Block): void {
    const input = this.#input;
    const layout = this.#schema?.layout;
    if (input === undefined || layout === undefined) return;
    explainAgain(block, layout);
    this.#refresh();
  }

  /** After a change: lines may have come or gone, the place stays. */
  #refresh(): void {
    if (this.#input === undefined) return;
    rebase(this.#input);
    this.#items = itemsOf(this.#input.blocks);
    this.#index = Math.min(this.#index, this.#items.length - 1);
    const hadMapFocus = byId("map").contains(document.activeElement);
    const at = this.#at;
    this.#showList();
    this.#open(this.#index);
    this.#at = at;
    this.#map.select(at, hadMapFocus);
    this.#fields.select(at, false);
    this.#showEditor();
  }
}

function joined(blocks: readonly Block[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(blocks.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let at = 0;
  for (const { bytes } of blocks) {
    whole.set(bytes, at);
    at += bytes.length;
  }
  return whole;
}

function isSchema(name: string, bytes: Uint8Array): boolean {
  if (/\.(xml|sbeir)$/i.test(name)) return true;
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart();
  return (
    start.startsWith("<?xml") || start.startsWith("<sbe:") || start.startsWith("<messageSchema")
  );
}

/** A text file of hex digits, as bytes. */
function textAsHex(name: string, bytes: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const isText = /\.(hex|txt)$/i.test(name) || bytes.subarray(0, 4096).every(isHexText);
  return isText ? bytesOfHexText(new TextDecoder().decode(bytes)) : undefined;
}

function isHexText(byte: number): boolean {
  return /[\s0-9a-fA-Fx:|.]/.test(String.fromCharCode(byte));
}
