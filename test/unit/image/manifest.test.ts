import { expect, test } from "vitest";
import { readLicence } from "../../../image/manifest.ts";

test.each([
  [
    "Format: https://…/1.0/\n\nFiles: *\nLicense: GPL-2+\n text\n\nFiles: debian/*\nLicense: GPL-2+\n\nLicense: BSD-3-clause\n",
    "BSD-3-clause, GPL-2+",
  ],
  ["This package was debianized by …", "see its copyright file"],
  ["", "see its copyright file"],
])("the licence in %j", (copyright, licence) => {
  expect(readLicence(copyright)).toBe(licence);
});
