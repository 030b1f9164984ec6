import { useInput, useWindowSize } from "ink";
import { useEffect, useSyncExternalStore } from "react";
import { ScreenView } from "../screens/screen-view.tsx";
import { keyOf } from "./key.ts";
import { keyToMessage } from "./keys.ts";
import type { Store } from "./store.ts";

/** The program on one terminal: keys in, the model drawn. */
export function App({ store }: { readonly store: Store }) {
  const model = useSyncExternalStore(store.subscribe, store.model);
  const { columns, rows } = useWindowSize();
  useEffect(() => store.send({ is: "terminal-resized", columns, rows }), [store, columns, rows]);
  useInput((input, flags) => {
    const key = keyOf(input, flags);
    // Read anew: the model may have changed since this was drawn.
    const message = key && keyToMessage(store.model(), key);
    if (message) store.send(message);
  });
  return <ScreenView model={model} send={store.send} />;
}
