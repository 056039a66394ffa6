/** The live page of a driver: draws what the server's events say. */
import type {
  ImageRow,
  PublicationRow,
  ReaderRow,
  StatReport,
} from "../../src/cli/web/stat-report.js";

/** Looks that a line of rates goes back. */
const HISTORY = 60;

/** Rates by stream, oldest first. */
const history = new Map<string, number[]>();

type Cell = string | Node;

function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`page must have the element: id=${id}`);
  return found;
}

function element(tag: string, name: string, ...children: readonly Cell[]): HTMLElement {
  const made = document.createElement(tag);
  if (name !== "") made.className = name;
  made.append(...children);
  return made;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** `1536` as `1.5 KiB`. */
function bytesText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

function rateText(rate: number): string {
  return `${bytesText(rate)}/s`;
}

function ageText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Draws a table: heads, which columns hold numbers, rows. */
function table(
  id: string,
  heads: readonly string[],
  numbers: ReadonlySet<number>,
  rows: readonly (readonly Cell[])[],
): void {
  const head = element("tr", "");
  for (const [index, text] of heads.entries()) {
    const cell = element("th", numbers.has(index) ? "number" : "", text);
    cell.setAttribute("scope", "col");
    head.append(cell);
  }
  const body = rows.map((cells) =>
    element(
      "tr",
      "",
      ...cells.map((cell, index) => element("td", numbers.has(index) ? "number" : "", cell)),
    ),
  );
  const empty = element("td", "soft", "none");
  empty.setAttribute("colspan", String(heads.length));
  byId(id).replaceChildren(
    element("thead", "", head),
    element("tbody", "", ...(body.length > 0 ? body : [element("tr", "", empty)])),
  );
}

function remember(id: string, rate: number): readonly number[] {
  const rates = history.get(id) ?? [];
  rates.push(rate);
  if (rates.length > HISTORY) rates.shift();
  history.set(id, rates);
  return rates;
}

const SVG = "http://www.w3.org/2000/svg";

function spark(rates: readonly number[]): Node {
  const most = Math.max(1, ...rates);
  const points = rates.map(
    (rate, index) =>
      `${((index + HISTORY - rates.length) * 110) / (HISTORY - 1)} ${22 - (rate / most) * 20}`,
  );
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", points.length < 2 ? "" : `M${points.join("L")}`);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 110 24");
  svg.setAttribute("class", "spark");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  return svg;
}

function meter(part: number): HTMLElement {
  const fill = element("i", "");
  const made = element("span", part >= 1 ? "meter full" : "meter", fill);
  fill.style.setProperty("--part", `${Math.round(Math.min(1, part) * 100)}%`);
  made.setAttribute("aria-hidden", "true");
  return made;
}

function streamCell({ streamId, sessionId, channel }: PublicationRow | ImageRow): Cell {
  return element(
    "span",
    "",
    element("strong", "", `stream ${streamId} `),
    element("span", "soft channel", `${channel}, session ${sessionId}`),
  );
}

function readersCell(readers: readonly ReaderRow[]): Cell {
  if (readers.length === 0) return element("span", "soft", "none");
  return element(
    "span",
    "",
    ...readers.map(({ client, behind, rate }) =>
      element(
        "div",
        "",
        `${client}: `,
        element("span", "soft", `${bytesText(behind)} behind, ${rateText(rate)}`),
      ),
    ),
  );
}

function drawPublications(rows: readonly PublicationRow[]): void {
  const heads = ["Stream", "Publisher", "Rate", "Trend", "Lag", "Window", "State", "Readers"];
  table(
    "publications",
    heads,
    new Set([2, 4]),
    rows.map((row) => {
      const window = row.room + row.lag;
      return [
        streamCell(row),
        `${row.client} (${row.kind})`,
        rateText(row.rate),
        spark(remember(`p${row.id}`, row.rate)),
        bytesText(row.lag),
        element(
          "span",
          "",
          meter(window === 0 ? 0 : row.isBlocked ? 1 : row.lag / window),
          element("span", "soft", `${bytesText(row.room)} left`),
        ),
        element(
          "span",
          row.isBlocked ? "bad" : row.state === "free to publish" ? "good" : "soft",
          row.state,
        ),
        readersCell(row.readers),
      ];
    }),
  );
  const blocked = rows.filter(({ isBlocked }) => isBlocked);
  byId("blocked-section").hidden = blocked.length === 0;
  byId("blocked").replaceChildren(
    ...blocked.map((row) =>
      element(
        "li",
        "",
        element("strong", "", `stream ${row.streamId}`),
        ` of ${row.client} on ${row.channel}: ${row.state}`,
      ),
    ),
  );
}

function drawImages(rows: readonly ImageRow[]): void {
  byId("images-section").hidden = rows.length === 0;
  table(
    "images",
    ["Stream", "Rate", "Trend", "Position", "Missing", "Readers"],
    new Set([1, 3, 4]),
    rows.map((row) => [
      streamCell(row),
      rateText(row.rate),
      spark(remember(`i${row.id}`, row.rate)),
      bytesText(row.position),
      element("span", row.missing > 0 ? "bad" : "", bytesText(row.missing)),
      readersCell(row.readers),
    ]),
  );
}

function tile(label: string, value: string, isBad = false): HTMLElement {
  return element(
    "div",
    isBad ? "tile bad" : "tile",
    element("span", "", label),
    element("strong", "", value),
  );
}

function draw(report: StatReport): void {
  const { publications, images, losses, errors, clients, system } = report;
  byId("driver").textContent = `${report.dir}, pid ${report.pid}`;
  const state = byId("state");
  const age = report.heartbeatAgeMs;
  state.textContent =
    age === undefined
      ? "closed"
      : `${report.isAlive ? "alive" : "dead"}, heartbeat ${ageText(age)} ago`;
  state.className = `pill ${report.isAlive ? "alive" : "dead"}`;
  const sum = (rows: readonly { readonly rate: number }[]): number =>
    rows.reduce((total, { rate }) => total + rate, 0);
  const blockedCount = publications.filter(({ isBlocked }) => isBlocked).length;
  const lossCount = losses.reduce((total, { count }) => total + count, 0);
  const errorCount = errors.reduce((total, { count }) => total + count, 0);
  byId("tiles").replaceChildren(
    tile("published", rateText(sum(publications))),
    tile("received", rateText(sum(images))),
    tile("streams", String(publications.length + images.length)),
    tile("blocked", String(blockedCount), blockedCount > 0),
    tile("losses", lossCount.toLocaleString("en"), lossCount > 0),
    tile("errors", errorCount.toLocaleString("en"), errorCount > 0),
    tile("clients", String(clients.length)),
  );
  drawPublications(publications);
  drawImages(images);
  byId("losses-section").hidden = losses.length === 0;
  table(
    "losses",
    ["Stream", "From", "Losses", "Bytes", "Last"],
    new Set([2, 3]),
    losses.map((each) => [
      element(
        "span",
        "",
        element("strong", "", `stream ${each.streamId} `),
        element("span", "soft channel", `${each.channel}, session ${each.sessionId}`),
      ),
      each.source,
      each.count.toLocaleString("en"),
      bytesText(each.bytes),
      new Date(each.lastMs).toLocaleTimeString(),
    ]),
  );
  byId("errors-section").hidden = errors.length === 0;
  table(
    "errors",
    ["Error", "Count", "Last"],
    new Set([1]),
    errors.map(({ text, count, lastMs }) => [
      text,
      count.toLocaleString("en"),
      new Date(lastMs).toLocaleTimeString(),
    ]),
  );
  table(
    "clients",
    ["Client", "Id", "Last sign of life"],
    new Set([1, 2]),
    clients.map(({ label, id, ageMs }) => [label, id, `${ageText(ageMs)} ago`]),
  );
  table(
    "system",
    ["Counter", "Value", "A second"],
    new Set([1, 2]),
    system.map(({ label, value, rate }) => [
      label,
      value.toLocaleString("en"),
      rate === 0 ? "" : Math.round(rate).toLocaleString("en"),
    ]),
  );
  document.documentElement.dataset["ready"] = "true";
}

const events = new EventSource("/events");
events.addEventListener("message", ({ data }: MessageEvent<string>) => {
  const event = JSON.parse(data) as { readonly report?: StatReport; readonly fault?: string };
  if (event.report !== undefined) draw(event.report);
  else {
    byId("state").textContent = event.fault ?? "";
    byId("state").className = "pill dead";
  }
});
events.addEventListener("error", () => {
  byId("state").textContent = "the page's server is gone";
  byId("state").className = "pill dead";
});
