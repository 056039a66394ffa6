/** The plugin in Vite's dev server: what a browser is served, and that it is told to load anew. */
import { createServer, type ViteDevServer } from "vite";
import { expect, it } from "vitest";
import { sbe } from "../../src/unplugin/vite.js";
import { ANSWER, PluginProject } from "./plugin-project.js";

/** Starts a server on a free port and runs `work` with its address. */
async function serve(
  project: PluginProject,
  work: (server: ViteDevServer, address: string) => Promise<void>,
): Promise<void> {
  const server = await createServer({
    root: project.path,
    configFile: false,
    logLevel: "silent",
    plugins: [sbe()],
    server: { host: "127.0.0.1", port: 0 },
  });
  try {
    await server.listen();
    await work(server, server.resolvedUrls?.local[0] ?? "");
  } finally {
    await server.close();
  }
}

async function answerOf(server: ViteDevServer): Promise<unknown> {
  const { answer } = (await server.ssrLoadModule("/src/main.js")) as { readonly answer: unknown };
  return answer;
}

/** Resolves with what the server tells its browsers next. */
function nextMessage(server: ViteDevServer): Promise<unknown> {
  const { hot } = server.environments.client;
  return new Promise((resolve) => {
    hot.send = (message: unknown) => resolve(message);
  });
}

it("the dev server serves the codecs as modules, which load each other", async () => {
  using project = new PluginProject();
  await serve(project, async (server, address) => {
    const main = await (await fetch(`${address}src/main.js`)).text();
    const index = /from "(\/src\/car\.xml[^"]*)"/.exec(main)?.[1] ?? "";
    const response = await fetch(new URL(index, address));
    expect(response.headers.get("content-type")).toContain("javascript");
    const car = /from "(\/src\/car\.xml\?[^"]*sbe=car[^"]*)"/.exec(await response.text())?.[1];
    const codec = await (await fetch(new URL(car ?? "", address))).text();
    expect(codec).toContain("export class CarDecoder");
    expect(codec).toMatch(/from "\/@fs\/[^"]*runtime[^"]*"/);
    expect(await answerOf(server)).toBe(ANSWER);
  });
});

it("a change of the schema or of a file that it includes reloads the page with new codecs", async () => {
  using project = new PluginProject();
  await serve(project, async (server, address) => {
    /** What a browser gets of a module; only what was asked for once is reloaded. */
    const served = async (path: string): Promise<string> =>
      (await fetch(`${address}src/${path}`)).text();
    await served("main.js");
    await served("car.xml?import");
    expect(await served("car.xml?import&sbe=car")).toContain("  serial()");
    let message = nextMessage(server);
    project.edit("src/car.xml", 'name="serial"', 'name="number"');
    expect(await message).toMatchObject({
      type: "full-reload",
      triggeredBy: project.file("src/car.xml"),
    });
    expect(await served("car.xml?import")).toContain("CarDecoder");
    expect(await served("car.xml?import&sbe=car")).toContain("  number()");
    expect(await served("car.xml?import&sbe=model")).toContain("Estate");
    message = nextMessage(server);
    project.edit("src/types.xml", 'name="Estate"', 'name="Wagon"');
    expect(await message).toMatchObject({ type: "full-reload" });
    await served("car.xml?import");
    expect(await served("car.xml?import&sbe=model")).toContain("Wagon");
  });
});

it("a fault of the schema is what the overlay shows: its line, column and frame", async () => {
  using project = new PluginProject();
  project.edit("src/car.xml", 'type="Model"', 'type="Modell"');
  await serve(project, async (server, address) => {
    const message = nextMessage(server);
    const response = await fetch(`${address}src/car.xml?import`);
    expect(response.status).toBe(500);
    expect(await message).toMatchObject({
      type: "error",
      err: {
        plugin: "alerion-sbe",
        id: project.file("src/car.xml"),
        loc: { file: project.file("src/car.xml"), line: 7, column: 37 },
        frame: expect.stringContaining('<field name="model" id="2" type="Modell"/>') as unknown,
      },
    });
  });
});
