import { expect, test } from "vitest";
import { parseControl, relationNames } from "../../../../image/source/control.ts";

test("paragraphs, with fields over several lines", () => {
  const text = "Package: a\nVersion: 1:2-3\nDescription: short\n long\n .\n\n\nPackage: b\nSize: 12\n";
  expect(parseControl(text)).toEqual([
    { Package: "a", Version: "1:2-3", Description: "short\nlong\n." },
    { Package: "b", Size: "12" },
  ]);
});

test("names in relations", () => {
  const depends =
    "libc6 (>= 2.38), perl:any, default-mta | mail-transport-agent, dracut [amd64], x <!nocheck>";
  expect(relationNames(depends, undefined, "dpkg")).toEqual([
    "libc6",
    "perl",
    "default-mta",
    "mail-transport-agent",
    "dracut",
    "x",
    "dpkg",
  ]);
});
