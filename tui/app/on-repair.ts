import type { Message } from "./message.ts";
import type { Model } from "./model.ts";
import { goTo, lookAgain, stay, type Updated } from "./navigation.ts";

/** The repair screen: which pool, and into the system on it. */
export function onRepair(model: Model, message: Message): Updated {
  switch (message.is) {
    case "went-back":
      return goTo(model, { at: "start" });
    case "rescan-asked":
      return lookAgain(model, "looking for pools");
    case "pool-chosen":
      return stay(model, { do: "enter-system", guid: message.guid });
    default:
      return stay(model);
  }
}
