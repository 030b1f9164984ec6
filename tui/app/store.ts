import type { Effect } from "./effect.ts";
import type { Message } from "./message.ts";
import type { Model } from "./model.ts";
import { update } from "./update.ts";

export type Send = (message: Message) => void;

/** Does what update asks for, and tells what came of it. Never throws: a failure is a message too. */
export type Interpreter = (effect: Effect, send: Send) => void;

/** The one place that holds the model. */
export interface Store {
  readonly model: () => Model;
  readonly send: Send;
  /** Asks the world for something that no message led to: what a start needs. */
  readonly perform: (effects: readonly Effect[]) => void;
  readonly subscribe: (listener: () => void) => () => void;
  /** Ends the clock. */
  readonly close: () => void;
}

export function createStore(initial: Model, interpret: Interpreter, now: () => number = Date.now): Store {
  let model = initial;
  let clock: NodeJS.Timeout | undefined;
  const listeners = new Set<() => void>();
  const send: Send = (message) => {
    const [next, effects] = update({ ...model, now: now() }, message);
    model = next;
    keepTime();
    for (const listener of listeners) listener();
    perform(effects);
  };
  const perform = (effects: readonly Effect[]) => {
    for (const effect of effects) interpret(effect, send);
  };
  /** Ticks only while something on the screen tells its time: an idle screen costs nothing. */
  const keepTime = () => {
    if (!needsClock(model)) {
      clearInterval(clock);
      clock = undefined;
    } else clock ??= setInterval(() => send({ is: "clock-ticked" }), 1000);
  };
  return {
    model: () => model,
    send,
    perform,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => clearInterval(clock),
  };
}

/** Whether a time that runs is shown. */
export function needsClock({ machine, flake, run }: Model): boolean {
  const isBusy = [machine, flake.probe, flake.preflight, flake.hostKeys].some((task) => task.is === "busy");
  return isBusy || run.state === "running";
}
