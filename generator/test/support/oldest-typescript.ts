/**
 * The oldest TypeScript that may compile generated code, 5.4: the one that an old version of ts-morph brings. The npm
 * package itself under a second name would take the place of the `tsc` command.
 */
import { getLibFiles, ts } from "@ts-morph/common";
import { readDoorDeclarations } from "../../src/door-declarations.js";
import type { GeneratedOutput } from "../../src/index.js";

/** `5.4.2`. */
export const OLDEST_TYPESCRIPT: string = ts.version;

/** Everything strict that this version knows. */
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  declaration: true,
};

/** What it says of generated code and of the declarations of the runtime behind it; nothing is the expected answer. */
export function checkWithOldest(outputs: readonly GeneratedOutput[]): string[] {
  const files = new Map<string, string>([["/package.json", '{ "type": "module" }']]);
  for (const { fileName, text } of getLibFiles()) files.set(`/lib/${fileName}`, text);
  for (const { path, text } of readDoorDeclarations()) {
    files.set(`/node_modules/@alerion/runtime/${path}`, text);
  }
  const roots: string[] = [];
  for (const { folder, files: generated } of outputs) {
    for (const { path, text } of generated) {
      files.set(`/out/${folder}/${path}`, text);
      roots.push(`/out/${folder}/${path}`);
    }
  }
  const program = ts.createProgram(roots, OPTIONS, hostOf(files));
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, code, messageText }) =>
      [file?.fileName, `TS${code}`, ts.flattenDiagnosticMessageText(messageText, "\n")].join(" "),
    );
}

function hostOf(files: ReadonlyMap<string, string>): ts.CompilerHost {
  return {
    fileExists: (path) => files.has(path),
    readFile: (path) => files.get(path),
    getSourceFile: (path, options) => {
      const text = files.get(path);
      return text === undefined ? undefined : ts.createSourceFile(path, text, options);
    },
    getDefaultLibFileName: () => "/lib/lib.d.ts",
    getDefaultLibLocation: () => "/lib",
    getCurrentDirectory: () => "/",
    getCanonicalFileName: (path) => path,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    writeFile: () => undefined,
  };
}
