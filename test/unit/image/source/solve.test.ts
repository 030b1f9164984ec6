import { expect, test } from "vitest";
import { reasons } from "../../../../image/source/solve.ts";

test("every package has the one that asks for it, nearest to a seed first", () => {
  const packages = [
    { Package: "git", Depends: "libcurl, libc6, mailer" },
    { Package: "curl", Depends: "libcurl" },
    { Package: "libcurl", "Pre-Depends": "libssl" },
    { Package: "libssl" },
    { Package: "libc6" },
    { Package: "exim", Provides: "mailer (= 1)" },
    { Package: "stray" },
  ];
  expect(Object.fromEntries(reasons(packages, ["curl", "git"]))).toEqual({
    curl: "seed",
    git: "seed",
    libcurl: "curl",
    libssl: "libcurl",
    libc6: "git",
    exim: "git",
  });
});
