import { PassThrough, Writable } from "node:stream";
import type { Session } from "../terminal/session.ts";
import { version } from "../version.ts";
import { initialModel } from "./initial.ts";
import { runScreens } from "./run-screens.tsx";

/**
 * The start screen as Ink first draws it at 80x24. The build keeps it beside the program, which shows it while Ink is still
 * being loaded; Ink's own first frame is then the same.
 */
export async function firstFrame(): Promise<string> {
  const drawn = Promise.withResolvers<string>();
  const size = { columns: 80, rows: 24 };
  const stdout = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      drawn.resolve(String(chunk));
      done();
    },
  });
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode() {}, ref() {}, unref() {} });
  const session = {
    ...size,
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: Object.assign(stdout, { isTTY: true, ...size }) as unknown as NodeJS.WriteStream,
    ascii: false,
    color: true,
    redraw() {},
    suspend: (run) => run(),
    ended: drawn.promise.then(() => "terminated" as const),
    async close() {},
  } satisfies Session;
  await runScreens({
    session,
    initial: initialModel({ version }),
    effects: [],
    interpreter: () => () => {},
    follow: async () => {},
  });
  return drawn.promise;
}
