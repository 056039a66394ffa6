import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { layoutOf, type BlockLayout, type Ir, type TypeLayout } from "@alerion/schema";

const folder = fileURLToPath(new URL("../../../shared/conformance/sbe/ir/", import.meta.url));
const names = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith(".json"))
  : [];

/** Tokens that a tree stands for: counting them back proves that nothing was left out. */
function tokenCount(type: TypeLayout): number {
  switch (type.kind) {
    case "primitive":
      return 1;
    case "enum":
      return 2 + type.values.length;
    case "set":
      return 2 + type.choices.length;
    case "composite":
      return 2 + type.members.reduce((sum, member) => sum + tokenCount(member.type), 0);
  }
}

function blockTokenCount(block: BlockLayout): number {
  const fields = block.fields.reduce((sum, field) => sum + 2 + tokenCount(field.type), 0);
  const groups = block.groups.reduce(
    (sum, group) => sum + 2 + tokenCount(group.dimension) + blockTokenCount(group),
    0,
  );
  const data = block.data.reduce((sum, item) => sum + 2 + tokenCount(item.encoding), 0);
  return fields + groups + data;
}

describe.skipIf(names.length === 0)("layout over the official IR", () => {
  it.each(names)("%s: the tree holds every token", (name) => {
    const ir = JSON.parse(readFileSync(folder + name, "utf8")) as Ir;
    const layout = layoutOf(ir);
    expect(tokenCount(layout.header)).toBe(ir.header.length);
    for (const message of ir.messages) {
      const tree = layout.messages.find((candidate) => candidate.id === message.id);
      expect(tree).toBeDefined();
      if (tree !== undefined) expect(2 + blockTokenCount(tree)).toBe(message.tokens.length);
    }
  });
});
