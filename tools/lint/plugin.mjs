/** The house's own lint rules, for what no stock rule says. Loaded by .oxlintrc.json. */
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { whyNot } from "./import-rules.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * @typedef {{ type: string, value?: unknown }} Node
 * @typedef {{ filename: string, sourceCode: { getCommentsBefore(node: Node): { type: string, value: string }[] },
 *   report(finding: { node: Node, message: string }): void }} Context
 */

/** Imports, exports from, `import()` and `import("…").Type` against the table in import-rules.mjs. */
const imports = {
  create(/** @type {Context} */ context) {
    const path = relative(pathRoot(context.filename), context.filename).split(sep).join("/");
    function check(/** @type {Node | null} */ source, /** @type {boolean} */ lazy) {
      if (source === null || typeof source.value !== "string") return;
      const reason = whyNot(path, source.value, lazy);
      if (reason !== undefined) {
        context.report({
          node: source,
          message: `"${source.value}" may not be imported: ${reason}`,
        });
      }
    }
    return {
      ImportDeclaration(/** @type {{ source: Node, importKind: string }} */ node) {
        check(node.source, node.importKind === "type");
      },
      ExportNamedDeclaration(/** @type {{ source: Node | null, exportKind: string }} */ node) {
        check(node.source, node.exportKind === "type");
      },
      ExportAllDeclaration(/** @type {{ source: Node, exportKind: string }} */ node) {
        check(node.source, node.exportKind === "type");
      },
      ImportExpression(/** @type {{ source: Node }} */ node) {
        check(node.source, true);
      },
      TSImportType(/** @type {{ source: Node }} */ node) {
        check(node.source, true);
      },
    };
  },
};

/** The planted files of the lint's own test carry their pretended root in their path. */
function pathRoot(/** @type {string} */ filename) {
  const planted = filename.lastIndexOf("/planted/");
  return planted === -1 ? root : filename.slice(0, planted + "/planted/".length);
}

/** An enum emits code that erasure cannot remove and that bundles cannot drop. */
const noEnum = {
  create(/** @type {Context} */ context) {
    return {
      TSEnumDeclaration(/** @type {Node} */ node) {
        context.report({
          node,
          message: "no enum: use a const object and a union type of one name",
        });
      },
    };
  },
};

/** `export *` hides what is public. */
const noExportAll = {
  create(/** @type {Context} */ context) {
    return {
      ExportAllDeclaration(/** @type {Node} */ node) {
        context.report({ node, message: "no export *: name what is exported" });
      },
    };
  },
};

/** Every export of a source file says in a doc comment what it yields. */
const documentedExports = {
  create(/** @type {Context} */ context) {
    let previousName = "";
    return {
      ExportNamedDeclaration(
        /** @type {Node & { declaration: { id?: Node & { name?: string } } | null }} */ node,
      ) {
        if (node.declaration === null) return;
        const name = node.declaration.id?.name ?? "";
        // Overloads and a const with a type of the same name share one comment.
        const isRepeated = name !== "" && name === previousName;
        previousName = name;
        if (isRepeated) return;
        const comment = context.sourceCode.getCommentsBefore(node).at(-1);
        if (comment?.type !== "Block" || !comment.value.startsWith("*")) {
          context.report({
            node: node.declaration.id ?? node,
            message: "an export needs a doc comment",
          });
        }
      },
    };
  },
};

// oxlint-disable-next-line import/no-default-export -- oxlint loads the default export of a plugin
export default {
  meta: { name: "alerion" },
  rules: {
    imports,
    "no-enum": noEnum,
    "no-export-all": noExportAll,
    "documented-exports": documentedExports,
  },
};
