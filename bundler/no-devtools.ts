/** Stands for react-devtools-core, which Ink imports while developing only. */
export const initialize = undefined;
export const connectToDevTools = undefined;
