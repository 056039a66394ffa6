/** Version of this package, as in its manifest. */
export const VERSION = "0.0.0";

const [major = 0, minor = 0, patch = 0] = VERSION.split(".").map(Number);

/** The version packed as Aeron packs its own: major, minor, patch in a byte each. */
export const SEMANTIC_VERSION: number = (major << 16) | (minor << 8) | patch;
