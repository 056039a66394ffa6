/** The five bundlers, each in its own words, behind one face for the tests. */
import * as esbuild from "esbuild";
import { rolldown, watch as watchRolldown } from "rolldown";
import { rollup, watch as watchRollup } from "rollup";
import type { SbePluginOptions } from "../../src/unplugin/options.js";
import { sbe as sbeEsbuild } from "../../src/unplugin/esbuild.js";
import { sbe as sbeRolldown } from "../../src/unplugin/rolldown.js";
import { sbe as sbeRollup } from "../../src/unplugin/rollup.js";
import { sbe as sbeVite } from "../../src/unplugin/vite.js";
import { sbe as sbeWebpack } from "../../src/unplugin/webpack.js";
import { build as viteBuild, type Rolldown } from "vite";
import webpack from "webpack";
import type { PluginProject } from "./plugin-project.js";

/** A fault as a bundler hands it to programs: line from 1, column from 0 in all of them. */
interface BundlerFault {
  readonly text: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
}

export interface BuildResult {
  readonly errors: readonly BundlerFault[];
  readonly warnings: readonly BundlerFault[];
}

/** A build that goes on until it is closed. */
interface Watching {
  close(): Promise<void>;
}

export interface Bundler {
  readonly name: string;
  /** Whether it says every error; the others end with the first, whose text holds the rest. */
  readonly saysAll: boolean;
  /** Builds `src/main.js` to `out/main.js`, as an ES module. */
  build(project: PluginProject, options?: SbePluginOptions): Promise<BuildResult>;
  /** The same after each change; `onBuild` is called when output was written or a build failed. */
  watch(project: PluginProject, onBuild: (result: BuildResult) => void): Promise<Watching>;
}

interface RollupFault {
  readonly code?: string | undefined;
  readonly message: string;
  readonly id?: string | undefined;
  readonly loc?: {
    readonly file?: string | undefined;
    readonly line: number;
    readonly column: number;
  };
}

function faultOf({ message, loc, id }: RollupFault): BundlerFault {
  return { text: message, file: loc?.file ?? id, line: loc?.line, column: loc?.column };
}

/** Rolldown and Vite 8 hand out all errors of a build as one with a list. */
function thrown(error: unknown): BuildResult {
  const { errors } = error as { readonly errors?: readonly RollupFault[] };
  return { errors: (errors ?? [error as RollupFault]).map(faultOf), warnings: [] };
}

async function caught(work: () => Promise<readonly BundlerFault[]>): Promise<BuildResult> {
  try {
    return { errors: [], warnings: await work() };
  } catch (error) {
    return thrown(error);
  }
}

const rollupBundler: Bundler = {
  name: "rollup",
  saysAll: false,
  build: (project, options) =>
    caught(async () => {
      const warnings: BundlerFault[] = [];
      const bundle = await rollup({
        input: project.file("src/main.js"),
        external: /^@alerion/u,
        plugins: [sbeRollup(options)],
        onwarn: (warning) => warnings.push(faultOf(warning)),
      });
      await bundle.write({ file: project.file("out/main.js") });
      await bundle.close();
      return warnings;
    }),
  watch: async (project, onBuild) => {
    const watcher = watchRollup({
      input: project.file("src/main.js"),
      external: /^@alerion/u,
      plugins: [sbeRollup()],
      output: { file: project.file("out/main.js") },
    });
    watcher.on("event", (event) => {
      if (event.code === "BUNDLE_END") onBuild({ errors: [], warnings: [] });
      if (event.code === "ERROR") onBuild(thrown(event.error));
    });
    return { close: () => Promise.resolve(watcher.close()) };
  },
};

const rolldownBundler: Bundler = {
  name: "rolldown",
  saysAll: false,
  build: (project, options) =>
    caught(async () => {
      const warnings: BundlerFault[] = [];
      const bundle = await rolldown({
        input: project.file("src/main.js"),
        external: /^@alerion/u,
        plugins: [sbeRolldown(options)],
        onLog: (_level, log) => {
          if (log.code !== "PLUGIN_TIMINGS") warnings.push(faultOf(log));
        },
      });
      await bundle.write({ file: project.file("out/main.js") });
      await bundle.close();
      return warnings;
    }),
  watch: async (project, onBuild) => {
    const watcher = watchRolldown({
      input: project.file("src/main.js"),
      external: /^@alerion/u,
      plugins: [sbeRolldown()],
      output: { file: project.file("out/main.js") },
    });
    watcher.on("event", (event) => {
      if (event.code === "BUNDLE_END") onBuild({ errors: [], warnings: [] });
      if (event.code === "ERROR") onBuild(thrown(event.error));
    });
    return { close: () => watcher.close() };
  },
};

const viteBundler: Bundler = {
  name: "vite",
  saysAll: false,
  build: (project, options) =>
    caught(async () => {
      const warnings: BundlerFault[] = [];
      await viteBuild(viteConfig(project, options, (log) => warnings.push(faultOf(log))));
      return warnings;
    }),
  watch: async (project, onBuild) => {
    const config = viteConfig(project);
    const watcher = (await viteBuild({
      ...config,
      build: { ...config.build, watch: {} },
    })) as Rolldown.RolldownWatcher;
    watcher.on("event", (event) => {
      if (event.code === "BUNDLE_END") onBuild({ errors: [], warnings: [] });
      if (event.code === "ERROR") onBuild(thrown(event.error));
    });
    return { close: () => watcher.close() };
  },
};

function viteConfig(
  project: PluginProject,
  options?: SbePluginOptions,
  onLog: (log: RollupFault) => void = () => undefined,
) {
  return {
    root: project.path,
    configFile: false as const,
    logLevel: "silent" as const,
    plugins: [sbeVite(options)],
    build: {
      minify: false,
      outDir: "out",
      lib: { entry: "src/main.js", formats: ["es" as const], fileName: () => "main.js" },
      rolldownOptions: {
        external: /^@alerion/u,
        onLog: (_level: string, log: RollupFault) => {
          // Says how long plugins took, which depends on the machine.
          if (log.code !== "PLUGIN_TIMINGS") onLog(log);
        },
      },
    },
  };
}

function esbuildFault({ text, location }: esbuild.Message): BundlerFault {
  return { text, file: location?.file, line: location?.line, column: location?.column };
}

function esbuildOptions(project: PluginProject, options?: SbePluginOptions) {
  return {
    entryPoints: [project.file("src/main.js")],
    outfile: project.file("out/main.js"),
    bundle: true,
    format: "esm" as const,
    external: ["@alerion/*"],
    logLevel: "silent" as const,
    plugins: [sbeEsbuild(options)],
  };
}

function esbuildResult(result: Pick<esbuild.BuildResult, "errors" | "warnings">): BuildResult {
  return { errors: result.errors.map(esbuildFault), warnings: result.warnings.map(esbuildFault) };
}

const esbuildBundler: Bundler = {
  name: "esbuild",
  saysAll: true,
  build: async (project, options) => {
    try {
      return esbuildResult(await esbuild.build(esbuildOptions(project, options)));
    } catch (error) {
      return esbuildResult(error as esbuild.BuildFailure);
    }
  },
  watch: async (project, onBuild) => {
    const options = esbuildOptions(project);
    const context = await esbuild.context({
      ...options,
      plugins: [
        ...options.plugins,
        {
          name: "tell",
          setup: (build) => build.onEnd((result) => onBuild(esbuildResult(result))),
        },
      ],
    });
    await context.watch();
    return { close: () => context.dispose() };
  },
};

function webpackConfig(project: PluginProject, options?: SbePluginOptions): webpack.Configuration {
  return {
    mode: "production",
    context: project.path,
    entry: "./src/main.js",
    output: { path: project.file("out"), filename: "main.js", library: { type: "module" } },
    experiments: { outputModule: true },
    optimization: { minimize: false },
    externals: /^@alerion/u,
    externalsType: "module",
    infrastructureLogging: { level: "none" },
    plugins: [sbeWebpack(options)],
  };
}

function webpackFault(error: webpack.StatsError): BundlerFault {
  const [line, column] = (error.loc ?? "").split("-")[0]?.split(":").map(Number) ?? [];
  return { text: error.message, file: error.file ?? error.moduleName, line, column };
}

function webpackResult(stats: webpack.Stats | undefined): BuildResult {
  const { errors, warnings } = stats?.toJson({ all: false, errors: true, warnings: true }) ?? {};
  return {
    errors: (errors ?? []).map(webpackFault),
    warnings: (warnings ?? []).map(webpackFault),
  };
}

const webpackBundler: Bundler = {
  name: "webpack",
  saysAll: true,
  build: (project, options) =>
    new Promise((resolve, reject) => {
      const compiler = webpack(webpackConfig(project, options));
      compiler?.run((error, stats) => {
        compiler.close(() => {
          if (error) reject(error);
          else resolve(webpackResult(stats));
        });
      });
    }),
  watch: async (project, onBuild) => {
    const compiler = webpack(webpackConfig(project));
    const watching = compiler?.watch({ aggregateTimeout: 5 }, (_error, stats) =>
      onBuild(webpackResult(stats)),
    );
    return {
      close: () =>
        new Promise<void>((resolve) => watching?.close(() => compiler?.close(() => resolve()))),
    };
  },
};

export const BUNDLERS: readonly Bundler[] = [
  viteBundler,
  rollupBundler,
  rolldownBundler,
  esbuildBundler,
  webpackBundler,
];
