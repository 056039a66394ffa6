/** The order of the site's pages. A page that is not named here stands at the end of the last group of its folder. */

/** @type {readonly { readonly text: string, readonly folder: string, readonly pages: readonly string[] }[]} */
export const NAV = [
  {
    text: "Start",
    folder: "start",
    pages: ["README.md", "docs/start.md", "docs/guide.md", "docs/bundlers.md"],
  },
  {
    text: "Coming from",
    folder: "from",
    pages: [
      "docs/migrate-from-java.md",
      "docs/migrate-from-hand-written.md",
      "docs/migrate-from-protobuf.md",
    ],
  },
  {
    text: "Schemas",
    folder: "docs",
    pages: [
      "docs/cli.md",
      "docs/config.md",
      "docs/compat.md",
      "docs/lint.md",
      "docs/diagnostics.md",
    ],
  },
  { text: "Cookbook", folder: "docs/cookbook", pages: ["docs/cookbook/README.md"] },
  {
    text: "Packages",
    folder: "packages",
    pages: [
      "generator/README.md",
      "runtime/README.md",
      "schema/README.md",
      "transport/README.md",
      "archive/README.md",
      "cluster/README.md",
      "examples/README.md",
    ],
  },
  {
    text: "Running it",
    folder: "running",
    pages: [
      "docs/client.md",
      "docs/deployment.md",
      "docs/tuning.md",
      "docs/moving-to-the-c-driver.md",
      "docs/performance.md",
    ],
  },
  { text: "API", folder: "api", pages: [] },
  {
    text: "Contributing",
    folder: "contributing",
    pages: [
      "CONTRIBUTING.md",
      "docs/architecture.md",
      "docs/sbe-conformance.md",
      "docs/fuzzing.md",
      "docs/dependencies.md",
    ],
  },
  { text: "Inside the driver", folder: "docs/driver", pages: ["docs/driver/README.md"] },
];
