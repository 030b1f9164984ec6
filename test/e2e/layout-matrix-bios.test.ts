import { testMatrix } from "./layout-matrix.ts";

testMatrix("bios");
