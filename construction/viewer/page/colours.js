/** The colours that are drawn with, and which of the two sets is wanted. */

/** @typedef {{ink: string, faint: string, line: string, accent: string, warm: string, warmInk: string, wrong: string, positive: string, negative: string}} PageColours */

const LIGHT = {
  ink: "#1b2733",
  faint: "#5a6672",
  line: "#d5dbe1",
  accent: "#0b5cab",
  warm: "#ffb066",
  warmInk: "#4a2200",
  wrong: "#b3005e",
  positive: "#c85a00",
  negative: "#0b5cab",
};
const DARK = {
  ink: "#e8edf2",
  faint: "#9aa7b4",
  line: "#39424d",
  accent: "#6cb6ff",
  warm: "#e08a3c",
  warmInk: "#1f0e00",
  wrong: "#ff7ab8",
  positive: "#ff9d4d",
  negative: "#6cb6ff",
};

/** Light or dark: as somebody chose, or as the system says; paper is always light. */
export class Theme {
  constructor() {
    this.choice = "auto";
    this.printing = false;
    this.system = window.matchMedia("(prefers-color-scheme: dark)");
  }

  get dark() {
    if (this.printing) return false;
    return this.choice === "auto" ? this.system.matches : this.choice === "dark";
  }

  /** @returns {PageColours} */
  get colours() {
    return this.dark ? DARK : LIGHT;
  }

  /** What the style sheet goes by. */
  get name() {
    return this.printing ? "light" : this.choice;
  }
}
