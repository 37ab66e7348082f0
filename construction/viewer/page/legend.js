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
    /** @type {Map<string, import("./content.js").Meaning>} */
    const entries = new Map();
    for (const code of [...codes].sort((a, b) => a - b)) {
      const meaning = meaningOf(view.content, code);
      const known = entries.get(meaning.title);
      if (!known || known.shade < meaning.shade) entries.set(meaning.title, meaning);
    }
    const key = `${[...entries.keys()].join()} ${view.dark} ${view.moment.kind}`;
    if (key === this.key) return;
    this.key = key;
    const items = [...entries.values()].map((meaning) => {
      const [, fill1, ink] = view.content.palette[meaning.colour][view.dark ? "dark" : "light"];
      const chip = h(
        "span",
        { class: "rv-chip", "aria-hidden": "true" },
        meaning.mark || meaning.text,
      );
      chip.style.background = fill1;
      chip.style.color = ink;
      return h("li", {}, chip, meaning.title);
    });
    if (view.moment.kind !== "forward") {
      const chip = h("span", { class: "rv-chip", "aria-hidden": "true" }, "");
      chip.style.background = view.colours.warm;
      const text =
        view.moment.kind === "backward"
          ? "the output depends on this pixel"
          : "changed by this step";
      items.push(h("li", {}, chip, text));
    }
    this.element.replaceChildren(...items);
  }
}
