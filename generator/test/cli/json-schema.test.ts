import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compileSchema, layoutOf, messageJsonSchema, type SchemaLayout } from "@alerion/schema";
import { describe, expect, it } from "vitest";
import { CliFolder, SHOP_SCHEMA } from "../support/cli.js";

function shop(): CliFolder {
  const folder = new CliFolder();
  folder.write("shop.xml", SHOP_SCHEMA);
  return folder;
}

function shopLayout(): SchemaLayout {
  const { ir } = compileSchema(SHOP_SCHEMA, { file: "shop.xml" });
  if (ir === undefined) throw new Error("shop.xml must compile");
  return layoutOf(ir);
}

const ORDER_SCHEMA: unknown = JSON.parse(JSON.stringify(messageJsonSchema(shopLayout(), "Order")));

describe("sbe json-schema", () => {
  it("prints the JSON Schema of one message", async () => {
    using folder = shop();
    const order = await folder.sbe(["json-schema", "shop.xml", "--message", "Order"]);
    expect(order.code).toBe(0);
    expect(JSON.parse(order.stdout)).toStrictEqual(ORDER_SCHEMA);
    const ping = await folder.sbe(["json-schema", "shop.xml", "--message=Ping"]);
    expect(JSON.parse(ping.stdout)).toMatchObject({ title: "Ping", properties: {} });
  });

  it("prints one for all messages", async () => {
    using folder = shop();
    const result = await folder.sbe(["json-schema", "shop.xml"]);
    expect(JSON.parse(result.stdout)).toMatchObject({
      title: "shop",
      anyOf: [{ $ref: "#/$defs/Order" }, { $ref: "#/$defs/Ping" }],
    });
  });

  it("writes a file for each message", async () => {
    using folder = shop();
    const result = await folder.sbe(["json-schema", "shop.xml", "-o", "out"]);
    expect(result).toMatchObject({ code: 0, stdout: "" });
    expect(readdirSync(join(folder.path, "out")).sort()).toStrictEqual([
      "Order.schema.json",
      "Ping.schema.json",
    ]);
    const order = readFileSync(join(folder.path, "out/Order.schema.json"), "utf8");
    expect(JSON.parse(order)).toStrictEqual(ORDER_SCHEMA);
  });

  it("keeps file names of odd messages in the folder", async () => {
    using folder = shop();
    await folder.sbe(["ir", "shop.xml", "-o", "."]);
    const ir = readFileSync(join(folder.path, "shop.json"), "utf8");
    folder.write("odd.json", ir.replaceAll('"name":"Ping"', '"name":"../../Ping"'));
    const result = await folder.sbe(["json-schema", "odd.json", "-o", "out/deep"]);
    expect(result.code).toBe(0);
    expect(readdirSync(join(folder.path, "out/deep"))).toContain(
      "%2E%2E%2F%2E%2E%2FPing.schema.json",
    );
  });

  it("is told what it shall do", async () => {
    using folder = shop();
    for (const args of [
      [],
      ["shop.xml", "other.xml"],
      ["shop.xml", "--message", "Oder"],
      ["shop.xml", "--message", "Order", "-o", "out"],
    ]) {
      expect((await folder.sbe(["json-schema", ...args])).code, args.join(" ")).toBe(2);
    }
    const missing = await folder.sbe(["json-schema", "none.xml"]);
    expect(missing).toMatchObject({ code: 1 });
    expect(missing.stderr).toContain("file must exist");
    folder.write("bad.xml", "<messageSchema");
    expect((await folder.sbe(["json-schema", "bad.xml"])).code).toBe(1);
  });
});
