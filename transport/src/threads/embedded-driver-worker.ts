/**
 * The driver worker with all it imports as one CommonJS text, for programs that were bundled into one file.
 * `npm run build` puts it here, in dist/ alone (tools/bundle-workers.mjs); in the sources there is none.
 */
export const source: string | undefined = undefined;
