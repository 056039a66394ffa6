/** Code on the pages that nothing compiles or runs here, each with its reason; a test holds the list to the pages. */

/**
 * @typedef {object} Shown
 * @property {RegExp} page
 * @property {readonly string[]} languages
 * @property {RegExp} [text]  what the block must hold; every block of the page and language where it is left out
 * @property {string} reason
 */

/** @type {readonly Shown[]} */
export const SHOWN = [
  { page: /./, languages: ["text", ""], reason: "output, layouts and state machines" },
  { page: /./, languages: ["java", "proto", "yaml"], reason: "of another tool, beside ours" },
  {
    page: /^docs\/cookbook\/(?!README)/,
    languages: ["ts", "sh"],
    reason: "taken from examples/cookbook; its test compares them and runs the programs on samples",
  },
  {
    page: /^docs\/cookbook\/README/,
    languages: ["sh"],
    reason: "needs a capture and the schema of a venue; the cookbook's test runs the same",
  },
  {
    page: /./,
    languages: ["sh"],
    text: /^npm (ci|run|init|i|test|pkg)\b|^npx (changeset|vitest)\b/m,
    reason: "installs, or runs a script of the repository: steps of .ci/run, or tools/packed.mjs",
  },
  {
    page: /./,
    languages: ["sh"],
    text: /^(node (order|publisher|subscriber)\.js|npx alerion driver)/m,
    reason: "tools/packed.mjs runs it in an empty project",
  },
  {
    page: /./,
    languages: ["sh"],
    text: /^(tshark|npx alerion (?!driver))/m,
    reason: "needs tshark and a capture, or a running driver; tests of the package run the same",
  },
];

/** Why a block is only shown; undefined where it must be compiled or run. */
export function whyShown(/** @type {import("./pages.mjs").Block} */ { page, language, text }) {
  return SHOWN.find(
    (shown) =>
      shown.page.test(page) &&
      shown.languages.includes(language) &&
      (shown.text === undefined || shown.text.test(text)),
  )?.reason;
}
