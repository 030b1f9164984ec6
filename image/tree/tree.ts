/** One path of the image. */
export type Entry = {
  /** Why it is there: the name of the seed of image/packages.ts, or a word for what is made here. */
  readonly seed: string;
} & (
  | { readonly kind: "file"; readonly source: string; readonly mode: number }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "directory"; readonly mode: number }
);

/** The image's paths, without a leading slash, and what lies there. Parent directories need no entry of their own. */
export type Tree = Map<string, Entry>;
