/**
 * Items of ICU's data that are kept: the root and English locales, breaking of text into characters, words and lines,
 * collation, normalization, time zones. With fewer, toLocaleString aborts; without any, /\p{L}/u is a SyntaxError.
 */
export const neededItems: readonly RegExp[] = [
  /^(?:(?:curr|lang|region|unit|zone)\/)?(?:root|en|en_US|en_001|pool|res_index|supplementalData|tzdbNames)\.res$/,
  /^brkitr\/(?:root|en|res_index)\.res$/,
  /^brkitr\/(?:char|word|line|sent)\.brk$/,
  /^coll\/(?:root|res_index)\.res$/,
  /^coll\/ucadata\.icu$/,
  /\.nrm$/,
  /^(?:pnames|uprops|ubidi|ucase|ulayout|uemoji|cnvalias)\.icu$/,
  /^(?:currencyNumericCodes|dayPeriods|genderList|grammaticalFeatures|icustd|icuver|keyTypeData|likelySubtags|metadata|metaZones|numberingSystems|pluralRanges|plurals|timezoneTypes|units|windowsZones|zoneinfo64)\.res$/,
];

const headerSize = 0x90;

/**
 * A data package with only the items whose name (without the package's prefix) passes.
 * Throws an Error for anything but a package of format 1.
 * Source  ICU, source/tools/toolutil/package.cpp and common/ucmndata.h: a UDataInfo header with the format "CmnD", then a
 *         count and pairs of offsets of name and data, both relative to the count; names sorted, data aligned to 16
 */
export function trimPackage(data: Buffer, isNeeded: (name: string) => boolean): Buffer {
  const items = readItems(data).filter((item) => isNeeded(item.name.slice(item.name.indexOf("/") + 1)));
  const names = items.map((item) => Buffer.from(`${item.name}\0`));
  const align = (offset: number) => (offset + 15) & ~15;
  let nameAt = 4 + 8 * items.length;
  let dataAt = align(nameAt + names.reduce((sum, name) => sum + name.length, 0));
  const result = Buffer.alloc(
    headerSize + items.reduce((end, item) => align(end + item.bytes.length), dataAt),
  );
  const body = result.subarray(headerSize);
  data.copy(result, 0, 0, headerSize);
  body.writeUInt32LE(items.length);
  for (const [index, item] of items.entries()) {
    body.writeUInt32LE(nameAt, 4 + 8 * index);
    body.writeUInt32LE(dataAt, 8 + 8 * index);
    nameAt += names[index]!.copy(body, nameAt);
    dataAt = align(dataAt + item.bytes.copy(body, dataAt));
  }
  return result;
}

/** Names of the items in a package, such as "icudt78l/brkitr/char.brk", with their bytes. */
export function readItems(data: Buffer): { name: string; bytes: Buffer }[] {
  if (data.readUInt16LE(0) !== headerSize || data.toString("latin1", 12, 16) !== "CmnD" || data[16] !== 1) {
    throw new Error("not an ICU data package of format 1");
  }
  const body = data.subarray(headerSize);
  const count = body.readUInt32LE(0);
  const start = (index: number) => (index < count ? body.readUInt32LE(8 + 8 * index) : body.length);
  return Array.from({ length: count }, (_, index) => {
    const name = body.readUInt32LE(4 + 8 * index);
    return {
      name: body.toString("latin1", name, body.indexOf(0, name)),
      bytes: body.subarray(start(index), start(index + 1)),
    };
  });
}
