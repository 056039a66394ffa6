/** Light, dark, or as the system says; remembered where the browser lets a page remember. */

const KEY = "alerion-inspector-theme";
const THEMES = ["auto", "light", "dark"] as const;

let current = "auto";

function stored(): string {
  try {
    return localStorage.getItem(KEY) ?? current;
  } catch {
    return current;
  }
}

/** Shows the remembered theme. */
export function applyTheme(theme: string = stored()): void {
  current = theme;
  if (theme === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  const button = document.getElementById("theme");
  button?.setAttribute("aria-label", `theme: ${theme}`);
  button?.setAttribute("title", `Theme: ${theme} (T)`);
}

/** Goes on to the next theme. */
export function nextTheme(): void {
  const next =
    THEMES[(THEMES.findIndex((each) => each === stored()) + 1) % THEMES.length] ?? "auto";
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Not remembered; it still applies.
  }
  applyTheme(next);
}
