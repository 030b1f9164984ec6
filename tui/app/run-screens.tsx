import { render } from "ink";
import type { Session } from "../terminal/session.ts";
import { ThemeProvider } from "../widgets/theme.tsx";
import { App } from "./app.tsx";
import type { Effect } from "./effect.ts";
import type { Model } from "./model.ts";
import { createStore, type Interpreter, type Send } from "./store.ts";

export interface ScreensOptions {
  readonly session: Session;
  readonly initial: Model;
  readonly effects: readonly Effect[];
  /** Made when it is known how to leave. */
  readonly interpreter: (leave: () => void) => Interpreter;
  /** Follows what happens outside, from the first frame until the signal fires. */
  readonly follow: (send: Send, signal: AbortSignal) => Promise<void>;
}

/** Shows the screens on a terminal until the person leaves or the terminal is gone. */
export async function runScreens(options: ScreensOptions): Promise<void> {
  const { session } = options;
  const left = Promise.withResolvers<void>();
  const store = createStore(options.initial, options.interpreter(left.resolve));
  const app = render(
    <ThemeProvider ascii={session.ascii}>
      <App store={store} />
    </ThemeProvider>,
    {
      stdin: session.stdin,
      stdout: session.stdout,
      // Ink hands over whole frames; the session sends what changed.
      debug: true,
      interactive: true,
      exitOnCtrlC: false,
      patchConsole: false,
    },
  );
  const following = new AbortController();
  // After the first frame: what is asked for now must not delay it.
  setImmediate(() => {
    store.perform(options.effects);
    options.follow(store.send, following.signal).catch((error: unknown) => {
      store.send({ is: "effect-failed", sentence: `The journal cannot be followed: ${String(error)}` });
    });
  });
  await Promise.race([left.promise, session.ended]);
  following.abort();
  store.close();
  app.unmount();
  await session.close();
}
