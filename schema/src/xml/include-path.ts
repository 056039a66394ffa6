/**
 * Paths of included files, without the file system: `/` separates, `.` and `..` are worked out.
 * Whether a link leads elsewhere is for the resolver to say; it alone sees the file system.
 */

/**
 * The path of `href` as seen from the file it stands in.
 * @returns undefined for what is no plain path: a URL, a drive letter, a backslash
 */
export function joinPath(file: string, href: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(href);
  } catch {
    return undefined;
  }
  if (
    /^[A-Za-z][A-Za-z0-9+.-]*:/.test(decoded) ||
    /[\\\0]/.test(decoded) ||
    decoded.startsWith("//")
  )
    return undefined;
  return decoded.startsWith("/") ? normalize(decoded) : normalize(`${folderOf(file)}/${decoded}`);
}

/** The folder of a file, `.` where it has none. */
export function folderOf(file: string): string {
  const path = file.replaceAll("\\", "/");
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : slash === 0 ? "/" : path.slice(0, slash);
}

/** True where the path lies below the folder, as far as the two texts can tell. */
export function isInside(path: string, folder: string): boolean {
  const inner = split(path);
  const outer = split(folder);
  if (inner.absolute !== outer.absolute) return false;
  // `..` above the common start: a folder of nothing but those holds all that climbs no higher.
  if (outer.steps.length === 0 && inner.up <= outer.up)
    return inner.up < outer.up || inner.steps.length > 0;
  return (
    inner.up === outer.up &&
    inner.steps.length > outer.steps.length &&
    outer.steps.every((step, index) => step === inner.steps[index])
  );
}

interface SplitPath {
  readonly absolute: boolean;
  /** Leading `..` steps. */
  readonly up: number;
  readonly steps: readonly string[];
}

function split(path: string): SplitPath {
  const unified = path.replaceAll("\\", "/");
  const absolute = unified.startsWith("/");
  let up = 0;
  const steps: string[] = [];
  for (const step of unified.split("/")) {
    if (step === "" || step === ".") continue;
    if (step !== "..") steps.push(step);
    else if (steps.pop() === undefined && !absolute) up++;
  }
  return { absolute, up, steps };
}

function normalize(path: string): string {
  const { absolute, up, steps } = split(path);
  return (absolute ? "/" : "") + [...Array.from({ length: up }, () => ".."), ...steps].join("/");
}
