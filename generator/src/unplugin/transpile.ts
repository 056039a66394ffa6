/** Generated TypeScript as JavaScript and declarations, without a type-check. */
import type * as tsMorph from "ts-morph";
import type { GeneratedFile } from "../types.js";

/** A generated module in the two forms that a bundler and an editor want. */
export interface TranspiledModule {
  /** Name without its ending. */
  readonly module: string;
  readonly javascript: string;
  readonly declaration: string;
}

/** Of the library only what a name in a declaration needs to be resolved. */
const LIBRARY = `
interface SymbolConstructor { readonly iterator: unique symbol }
declare const Symbol: SymbolConstructor;
`;

/**
 * Loads the compiler on first use. All modules go through one program, a quarter of the time that
 * `transpileModule` and `transpileDeclaration` take for a schema of usual size.
 */
export async function transpile(files: readonly GeneratedFile[]): Promise<TranspiledModule[]> {
  const { ts }: typeof tsMorph = await import("ts-morph");
  const sources = new Map(files.map(({ path, text }) => [`/${path}`, text]));
  sources.set("/library.d.ts", LIBRARY);
  const output = new Map<string, string>();
  const host: tsMorph.ts.CompilerHost = {
    getSourceFile: (name, version) => {
      const text = sources.get(name);
      return text === undefined ? undefined : ts.createSourceFile(name, text, version);
    },
    getDefaultLibFileName: () => "/none.d.ts",
    writeFile: (name, text) => output.set(name, text),
    getCurrentDirectory: () => "/",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    fileExists: (name) => sources.has(name),
    readFile: (name) => sources.get(name),
  };
  ts.createProgram([...sources.keys()], compilerOptions(ts), host).emit();
  return files.map(({ path }) => {
    const module = path.slice(0, -".ts".length);
    const emitted = (ending: string): string => {
      const text = output.get(`/${module}${ending}`);
      if (text === undefined) throw new Error(`module must be emitted: module=${module}`);
      return text;
    };
    return { module, javascript: emitted(".js"), declaration: emitted(".d.ts") };
  });
}

function compilerOptions(ts: typeof tsMorph.ts): tsMorph.CompilerOptions {
  return {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    isolatedDeclarations: true,
    declaration: true,
    // Nothing outside the modules is looked at: `sbe generate --check` is what type-checks.
    noCheck: true,
    noLib: true,
    noResolve: true,
    types: [],
  };
}
