import { createContext, type ReactNode, useContext } from "react";

/** The signs that differ between a terminal with Unicode and one with ASCII. Each has the same width in both. */
export interface Symbols {
  readonly rule: string;
  readonly crumb: string;
  readonly dot: string;
  readonly ellipsis: string;
  readonly upDown: string;
  readonly arrow: string;
  readonly secret: string;
  readonly box: BoxSymbols;
}

export interface BoxSymbols {
  readonly horizontal: string;
  readonly vertical: string;
  readonly topLeft: string;
  readonly topRight: string;
  readonly bottomLeft: string;
  readonly bottomRight: string;
  readonly teeDown: string;
  readonly teeUp: string;
}

/** Few of the eight colours every terminal has. None carries a meaning that the text does not. */
export const colours = { good: "green", bad: "red", warning: "yellow", accent: "cyan" } as const;

export interface Theme {
  readonly ascii: boolean;
  readonly symbols: Symbols;
}

const unicode: Symbols = {
  rule: "─",
  crumb: "›",
  dot: "·",
  ellipsis: "…",
  upDown: "↑↓",
  arrow: "→",
  secret: "•",
  box: {
    horizontal: "─",
    vertical: "│",
    topLeft: "┌",
    topRight: "┐",
    bottomLeft: "└",
    bottomRight: "┘",
    teeDown: "┬",
    teeUp: "┴",
  },
};

const ascii: Symbols = {
  rule: "-",
  crumb: ">",
  dot: "-",
  ellipsis: "~",
  upDown: "^v",
  arrow: ">",
  secret: "*",
  box: {
    horizontal: "-",
    vertical: "|",
    topLeft: "+",
    topRight: "+",
    bottomLeft: "+",
    bottomRight: "+",
    teeDown: "+",
    teeUp: "+",
  },
};

export const unicodeTheme: Theme = { ascii: false, symbols: unicode };
export const asciiTheme: Theme = { ascii: true, symbols: ascii };

const ThemeContext = createContext(unicodeTheme);

export function ThemeProvider({
  ascii,
  children,
}: {
  readonly ascii: boolean;
  readonly children?: ReactNode;
}) {
  return <ThemeContext value={ascii ? asciiTheme : unicodeTheme}>{children}</ThemeContext>;
}

export function useTheme(): Theme {
  return useContext(ThemeContext);
}
