/** Files that the bundle holds as text. */
declare module "*.xml" {
  const text: string;
  // oxlint-disable-next-line import/no-default-export -- that is how bundlers hand out text
  export default text;
}
