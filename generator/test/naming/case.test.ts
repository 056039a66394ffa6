import { describe, expect, test } from "vitest";
import { kebab, lowerCamel, upperCamel, upperSnake, verbatim } from "../../src/naming/case.js";

describe("names in the spelling of TypeScript", () => {
  test.each([
    ["TransactTime", "transactTime"],
    ["transactTime", "transactTime"],
    ["MDEntryPx", "mdEntryPx"],
    ["NoMDEntries", "noMDEntries"],
    ["ID", "id"],
    ["orderID", "orderID"],
    ["order_id", "orderId"],
    ["ORDER_TYPE", "orderType"],
    ["order-id.x", "orderIdX"],
    ["4x", "_4x"],
    ["größe", "groudfe"],
    ["Ωmega", "u3a9mega"],
    ["", "unnamed"],
    ["*/", "unnamed"],
    ["a b", "aB"],
    ["__proto__", "proto"],
  ])("accessor of %j is %s", (name, accessor) => {
    expect(lowerCamel(name)).toBe(accessor);
  });

  test.each([
    ["order-entry", "OrderEntry"],
    ["newOrder", "NewOrder"],
    ["MDEntry", "MDEntry"],
    ["NEW_ORDER_SINGLE", "NewOrderSingle"],
    ["SIDE", "SIDE"],
    ["2fast", "_2fast"],
    ["../../x", "X"],
  ])("class of %j is %s", (name, className) => {
    expect(upperCamel(name)).toBe(className);
  });

  test.each([
    ["modelYear", "MODEL_YEAR"],
    ["orderID", "ORDER_ID"],
    ["mdEntryPx", "MD_ENTRY_PX"],
    ["price2", "PRICE2"],
  ])("constant of %j starts with %s", (name, constant) => {
    expect(upperSnake(name)).toBe(constant);
  });

  test.each([
    ["NewOrder", "new-order"],
    ["MDIncrementalRefreshBook32", "md-incremental-refresh-book32"],
    ["_4x", "4x"],
    ["Größe", "groudfe"],
  ])("file of %j is %s", (name, file) => {
    expect(kebab(name)).toBe(file);
  });

  test.each([
    ["SUPERCHARGER", "SUPERCHARGER"],
    ["sun_roof", "sun_roof"],
    ["1st", "_1st"],
    ["a-b", "a_b"],
    ["", "unnamed"],
  ])("key of value %j is %s", (name, key) => {
    expect(verbatim(name)).toBe(key);
  });

  test("cuts names that no schema has", () => {
    expect(lowerCamel("x".repeat(5000))).toHaveLength(120);
    expect(kebab(upperCamel("ö".repeat(5000))).length).toBeLessThanOrEqual(120);
  });
});
