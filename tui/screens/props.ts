import type { Message } from "../app/message.ts";
import type { Model } from "../app/model.ts";

/** What every screen gets. It draws the model and sends messages; it knows nothing of the world. */
export interface ScreenProps {
  readonly model: Model;
  readonly send: (message: Message) => void;
}
