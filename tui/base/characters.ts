const simple = /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u25ff]*$/;

/**
 * Whether a text has only characters that take one cell each and never join their neighbours: ASCII, Latin, punctuation,
 * arrows, box drawing, blocks.
 */
export function isSimple(text: string): boolean {
  return simple.test(text);
}

/** The characters of a text as a person counts them. */
export function charactersOf(text: string): Iterable<string> {
  if (isSimple(text)) return text;
  // Made here: the first one of a program loads a good deal, and the first screen needs none.
  const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
