/** What the colours of the grid mean. */

import { meaningOf } from "./content.js";
import { h } from "./dom.js";

/** @typedef {import("./view.js").View} View */

/** The list below the grid: the meanings that the present layer shows. */
export class Legend {
  constructor() {
    this.element = h("ul", { class: "rv-legend", "aria-label": "What the colours mean" });
    this.key = "";
  }

  /** @param {View} view */
  update(view) {
    const codes = new Set(view.moment.kind === "forward" ? view.grid : []);
    /** @type {Map<string, Map<string, import("./content.js").Meaning>>} */
    const entries = new Map();
    for (const code of [...codes].sort((a, b) => a - b)) {
      const meaning = meaningOf(view.content, code);
      const kinds = entries.get(meaning.title) ?? new Map();
      entries.set(
        meaning.title,
        kinds.set(`${meaning.mark || meaning.text} ${meaning.shade}`, meaning),
      );
    }
    const shown = [...entries].map(([title, kinds]) => [title, ...kinds.keys()].join());
    const key = `${shown.join()} ${view.dark} ${view.moment.kind}`;
    if (key === this.key) return;
    this.key = key;
    const items = [...entries].map(([title, kinds]) => {
      const all = [...kinds.values()].sort((a, b) => a.shade - b.shade);
      // Both signs or both bits; of many symbols, one.
      const few = all.length > 2 ? all.slice(-1) : all;
      return h("li", {}, ...few.map((meaning) => chipOf(view, meaning)), title);
    });
    if (view.moment.kind !== "forward") {
      const chip = h("span", { class: "rv-chip", "aria-hidden": "true" }, "");
      chip.style.background = view.colours.warm;
      const text =
        view.moment.kind === "backward"
          ? "the output depends on this cell"
          : "changed by this step";
      items.push(h("li", {}, chip, text));
    }
    this.element.replaceChildren(...items);
  }
}

/**
 * @param {View} view
 * @param {import("./content.js").Meaning} meaning
 */
function chipOf(view, meaning) {
  const [fill0, fill1, ink] = view.content.palette[meaning.colour][view.dark ? "dark" : "light"];
  const chip = h("span", { class: "rv-chip", "aria-hidden": "true" }, meaning.mark || meaning.text);
  chip.style.background = meaning.shade ? fill1 : fill0;
  chip.style.color = ink;
  return chip;
}
