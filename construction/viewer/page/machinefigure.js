/** A machine's table, with the transition that comes next marked. */

import { h } from "./dom.js";

/** @typedef {import("./view.js").View} View */

/** The table, made once. */
export class MachineFigure {
  /** @param {string[][]} lines of the machine's table */
  constructor(lines) {
    /** @type {Map<string, HTMLElement>} */
    this.rows = new Map();
    this.element = h(
      "div",
      { class: "rv-scroll", tabindex: 0, role: "group", "aria-label": "The machine’s table" },
      h(
        "table",
        { class: "rv-machine" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ...["state", "reads", "writes", "moves", "then"].map((text) =>
              h("th", { scope: "col" }, text),
            ),
          ),
        ),
        h(
          "tbody",
          {},
          ...lines.map(([state, symbol, write, move, to, blocked]) => {
            const row = h(
              "tr",
              {},
              h("td", {}, state),
              h("td", {}, symbol),
              h("td", {}, write),
              h("td", {}, move),
              h("td", {}, to, blocked && h("small", {}, ` (wall: ${blocked})`)),
            );
            this.rows.set(`${state}\u0000${symbol}`, row);
            return row;
          }),
        ),
      ),
    );
  }

  /** @param {View} view */
  update(view) {
    let current = "";
    for (const code of view.grid) {
      const meaning = view.content.meanings[code];
      if (meaning?.role === "head")
        current = `${meaning.fields.state}\u0000${meaning.fields.symbol}`;
    }
    for (const [key, row] of this.rows) {
      row.classList.toggle("rv-is-now", key === current);
      const scroller = row.closest(".rv-scroll");
      if (key === current && scroller)
        scroller.scrollTop = row.offsetTop - scroller.clientHeight / 2;
    }
  }
}
