/** Version of this package, as generated files name it; a test holds it to package.json. */
export const GENERATOR_VERSION = "0.0.0";
