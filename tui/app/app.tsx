import { useInput, useWindowSize } from "ink";
import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import { ScreenView } from "../screens/screen-view.tsx";
import { keyOf } from "./key.ts";
import { keyToMessage } from "./keys.ts";
import type { Message } from "./message.ts";
import type { Store } from "./store.ts";

/** The program on one terminal: keys in, the model drawn. */
export function App({ store }: { readonly store: Store }) {
  const model = useSyncExternalStore(store.subscribe, store.model);
  const { columns, rows } = useWindowSize();
  useEffect(() => store.send({ is: "terminal-resized", columns, rows }), [store, columns, rows]);
  // A menu takes its Enter by itself, and every listener hears of it: on the screen that comes it means nothing.
  const isTaken = useRef(false);
  const sendOfMenu = useCallback(
    (message: Message) => {
      isTaken.current = true;
      // The listeners of one key are called one after the other, in one go.
      queueMicrotask(() => {
        isTaken.current = false;
      });
      store.send(message);
    },
    [store],
  );
  useInput((input, flags) => {
    if (isTaken.current) return;
    const key = keyOf(input, flags);
    // Read anew: the model may have changed since this was drawn.
    const message = key && keyToMessage(store.model(), key);
    if (message) store.send(message);
  });
  return <ScreenView model={model} send={sendOfMenu} />;
}
