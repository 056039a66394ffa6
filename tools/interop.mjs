/**
 * Runs the tests against the Java reference implementations: every `*.interop.test.ts`.
 *
 * The jars of interop/java-versions.json are taken from Maven Central into .build/interop/. Without a JDK, Maven
 * or Maven Central the tests are skipped and the reason is printed: that is no failure.
 */
import { join } from "node:path";
import { prepareJava } from "./java.mjs";
import { bin, root, run } from "./workspaces.mjs";

const java = prepareJava();
if ("skipReason" in java) console.log(`skipped: ${java.skipReason}`);
run(bin("vitest"), ["run", "--mode", "interop"], {
  ALERION_TOTALS: join(root, ".build/totals/interop.json"),
  ...("skipReason" in java
    ? { ALERION_INTEROP_SKIP: java.skipReason }
    : { ALERION_JAVA_CLASSPATH: java.jars.join(process.platform === "win32" ? ";" : ":") }),
});
