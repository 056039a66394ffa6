import type * as tsMorph from "ts-morph";
import type { CompilerOptions, Project } from "ts-morph";
import { readDoorDeclarations } from "./door-declarations.js";
import { GenerateError } from "./errors.js";
import type { CheckFinding, GeneratedFile, GeneratedOutput } from "./types.js";

/** ts-morph costs about a second to load, so only those who check or emit JavaScript pay for it. */
type Morph = typeof tsMorph;

/** What users may have switched on; all of it must hold in generated code. */
function strictOptions({ ts }: Morph): CompilerOptions {
  return {
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
    isolatedDeclarations: true,
    verbatimModuleSyntax: true,
    declaration: true,
  };
}

/** A project in memory with the outputs below `/out` and the door of the runtime where imports find it. */
function projectOf(morph: Morph, outputs: readonly GeneratedOutput[]): Project {
  const project = new morph.Project({
    useInMemoryFileSystem: true,
    compilerOptions: strictOptions(morph),
  });
  const files = project.getFileSystem();
  files.writeFileSync("/package.json", '{ "type": "module" }');
  for (const { path, text } of readDoorDeclarations()) {
    files.writeFileSync(`/node_modules/@alerion/runtime/${path}`, text);
  }
  for (const { folder, files: generated } of outputs) {
    for (const { path, text } of generated)
      project.createSourceFile(`/out/${folder}/${path}`, text);
  }
  return project;
}

/**
 * Type-checks generated code as a strict project, before anything is written.
 *
 * @returns what the type-checker says; an empty array is the expected answer
 */
export async function check(outputs: readonly GeneratedOutput[]): Promise<CheckFinding[]> {
  const morph = await import("ts-morph");
  const project = projectOf(morph, outputs);
  return project.getPreEmitDiagnostics().map((diagnostic) => {
    const source = diagnostic.getSourceFile();
    const start = diagnostic.getStart() ?? 0;
    const position = source?.getLineAndColumnAtPos(start);
    const text = diagnostic.getMessageText();
    return {
      file: source?.getFilePath().replace(/^\/out\//u, "") ?? "",
      line: position?.line ?? 0,
      column: position?.column ?? 0,
      text: `${typeof text === "string" ? text : text.getMessageText()} [TS${diagnostic.getCode()}]`,
    };
  });
}

/**
 * The same output as JavaScript (ES2022 modules) and declarations instead of TypeScript.
 *
 * @throws {GenerateError} OUTPUT_TYPE_ERROR if the code does not type-check, which is an error in the generator
 */
export async function emitJs(output: GeneratedOutput): Promise<GeneratedFile[]> {
  const [first] = await check([output]);
  if (first !== undefined) {
    throw new GenerateError(
      "OUTPUT_TYPE_ERROR",
      `generated code must type-check: file=${first.file} line=${first.line} text=${first.text}`,
    );
  }
  const morph = await import("ts-morph");
  const emitted = projectOf(morph, [output]).emitToMemory().getFiles();
  const prefix = `/out/${output.folder}/`;
  return emitted
    .filter(({ filePath }) => filePath.startsWith(prefix))
    .map(({ filePath, text }) => ({ path: filePath.slice(prefix.length), text }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
