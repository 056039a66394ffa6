/** The Java reference implementations, for scripts that run them: pinned in interop/java-versions.json. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./workspaces.mjs";

/**
 * @typedef {object} JavaVersions
 * @property {{ group: string, artifact: string, version: string }[]} artifacts
 * @property {string} mavenDependencyPlugin
 * @property {number} javaMin
 */

const versions = /** @type {JavaVersions} */ (
  JSON.parse(readFileSync(join(root, "interop/java-versions.json"), "utf8"))
);
const folder = join(root, ".build/interop");
const jars = join(folder, "jars");

/** The output of a command, or undefined if it cannot be run or fails. */
function outputOf(/** @type {string} */ command, /** @type {string[]} */ args, timeoutMs = 60_000) {
  const result = spawnSync(command, args, { encoding: "utf8", timeout: timeoutMs });
  return result.status === 0 ? result.stdout + result.stderr : undefined;
}

/** A project whose only purpose is its dependencies. */
function pom() {
  const dependencies = versions.artifacts.map(
    ({ group, artifact, version }) =>
      `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`,
  );
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>alerion</groupId><artifactId>interop</artifactId><version>0</version><packaging>pom</packaging>
  <dependencies>${dependencies.join("")}</dependencies>
</project>
`;
}

/**
 * Brings the jars of interop/java-versions.json from Maven Central, unless they are here already.
 *
 * @returns {{ skipReason: string } | { jars: string[] }} absolute paths of all jars, or why there are none
 */
export function prepareJava() {
  const skipReason = bring();
  if (skipReason !== undefined) return { skipReason };
  return { jars: readdirSync(jars).map((name) => join(jars, name)) };
}

/** Why there can be no jars, or undefined. */
function bring() {
  const java = outputOf("java", ["-version"]);
  if (java === undefined) return "no JDK: `java` cannot be run";
  const found = /version "(\d+)/.exec(java)?.[1];
  if (Number(found) < versions.javaMin) return `JDK ${versions.javaMin} needed: found=${found}`;
  if (outputOf("mvn", ["--version"]) === undefined) return "no Maven: `mvn` cannot be run";

  const wanted = JSON.stringify(versions);
  const stamp = join(folder, "versions.json");
  try {
    if (readFileSync(stamp, "utf8") === wanted) return undefined;
  } catch {
    // Not brought yet.
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(jars, { recursive: true });
  writeFileSync(join(folder, "pom.xml"), pom());
  const goal = `org.apache.maven.plugins:maven-dependency-plugin:${versions.mavenDependencyPlugin}:copy-dependencies`;
  const args = ["-q", "-B", "-f", join(folder, "pom.xml"), goal, `-DoutputDirectory=${jars}`];
  if (outputOf("mvn", args, 5 * 60_000) === undefined) {
    return `Maven Central cannot be reached, or lacks a version of interop/java-versions.json`;
  }
  writeFileSync(stamp, wanted);
  return undefined;
}
