import { Text, useInput } from "ink";
import { useEffect, useState } from "react";
import { expect, test } from "vitest";
import { showScreen } from "../screen.ts";

function First({ onEnter }: { onEnter: () => void }) {
  useInput((_, key) => {
    if (key.return) onEnter();
  });
  return <Text>first</Text>;
}

function Second() {
  const [text, setText] = useState("");
  useInput((input, key) => setText((before) => before + (key.return ? "!" : input)));
  return <Text>{`second ${text}`}</Text>;
}

/** Between the two screens nothing listens for as long as something else is under way. */
function TwoScreens({ pause }: { pause: number }) {
  const [at, setAt] = useState<"first" | "between" | "second">("first");
  useEffect(() => {
    if (at !== "between") return;
    const timer = setTimeout(() => setAt("second"), pause);
    return () => clearTimeout(timer);
  }, [at, pause]);
  if (at === "first") return <First onEnter={() => setAt(pause === 0 ? "second" : "between")} />;
  return at === "second" ? <Second /> : <Text>wait</Text>;
}

test.each([0, 1, 60])("what is typed ahead reaches the next screen, %i ms later", async (pause) => {
  await using screen = await showScreen(<TwoScreens pause={pause} />);
  await screen.feed("\rweb1 \x1b[Bé\r");
  expect(await screen.text()).toBe("second web1 é!");
});
