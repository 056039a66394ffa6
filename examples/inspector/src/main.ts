/** Starts the page: buttons, keys, drops, and what it begins with. */
import { App } from "./app.js";
import { byId } from "./dom.js";
import { sampleState } from "./sample.js";
import { stateOfHash, stateOfPage } from "./share.js";
import { applyTheme, nextTheme } from "./theme.js";

// Before anything is drawn: what "Save" writes.
const page = `<!doctype html>\n${document.documentElement.outerHTML}\n`;

applyTheme();
const app = new App(page);

function onClick(id: string, act: () => void): void {
  byId(id).addEventListener("click", act);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && target.type !== "checkbox")
  );
}

const help = byId("help") as HTMLDialogElement;
const paste = byId("paste") as HTMLDialogElement;
const pasteText = byId("paste-text") as HTMLTextAreaElement;
const files = byId("files") as HTMLInputElement;
const filter = byId("filter") as HTMLInputElement;

onClick("open", () => files.click());
onClick("paste-button", () => {
  pasteText.value = "";
  paste.showModal();
});
onClick("share", () => void app.share());
onClick("save", () => app.save());
onClick("theme", nextTheme);
onClick("help-button", () => help.showModal());
onClick("help-close", () => help.close());
onClick("paste-close", () => paste.close());
onClick("paste-open", () => {
  paste.close();
  app.openText(pasteText.value);
});
onClick("json-apply", () => app.applyJson((byId("json-text") as HTMLTextAreaElement).value));

files.addEventListener("change", () => {
  void app.openFiles([...(files.files ?? [])]).then(() => (files.value = ""));
});
filter.addEventListener("input", () => app.filter(filter.value));
filter.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  filter.value = "";
  app.filter("");
  byId("list").focus();
});
byId("framing").addEventListener("change", (event) => {
  app.useFraming((event.target as HTMLSelectElement).value);
});

const tabs = [...document.querySelectorAll<HTMLElement>("[data-view]")];
for (const [index, tab] of tabs.entries()) {
  const view = tab.dataset["view"] as "tree" | "table" | "json";
  tab.addEventListener("click", () => app.show(view));
  tab.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const next = tabs[(index + step + tabs.length) % tabs.length];
    next?.click();
    next?.focus();
  });
}

/** Keys that work anywhere but in fields of text; hex digits belong to the byte map. */
const KEYS: Readonly<Record<string, () => void>> = {
  "?": () => help.showModal(),
  "/": () => filter.focus(),
  j: () => app.move(1),
  k: () => app.move(-1),
  o: () => files.click(),
  p: () => byId("paste-button").click(),
  s: () => void app.share(),
  w: () => app.save(),
  t: nextTheme,
  u: () => app.undo(),
  "1": () => app.show("tree"),
  "2": () => app.show("table"),
  "3": () => app.show("json"),
};

document.addEventListener("keydown", (event) => {
  if (isTyping(event.target) || help.open || paste.open) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "z") {
    event.preventDefault();
    app.undo();
    return;
  }
  // Digits are bytes while the byte map has the keyboard.
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = KEYS[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
});

document.addEventListener("paste", (event) => {
  if (isTyping(event.target)) return;
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (text !== "") app.openText(text);
});

document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dropping");
});
document.addEventListener("dragleave", (event) => {
  if (event.relatedTarget === null) document.body.classList.remove("dropping");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  const dropped = event.dataTransfer;
  if (dropped === null) return;
  if (dropped.files.length > 0) void app.openFiles([...dropped.files]);
  else app.openText(dropped.getData("text/plain"));
});

async function start(): Promise<void> {
  const linked = await stateOfHash(location.hash);
  app.restore(linked ?? stateOfPage() ?? sampleState());
  if (linked === undefined && location.hash.length > 1) app.notice("the link is damaged", true);
  document.documentElement.dataset["ready"] = "true";
}

addEventListener("hashchange", () => void start());
void start();
