/** Stands for react-devtools-core, which Ink imports while developing only. */
// biome-ignore lint/style/noDefaultExport: it is what Ink imports
export default {};
