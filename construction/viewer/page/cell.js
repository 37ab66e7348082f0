/** Level 3: the chosen cell's patch, and what it becomes in the next layer. */

import { meaningOf } from "./content.js";
import { fill, h, number } from "./dom.js";
import { PLACES, POSITIONS } from "./network.js";
import { tile } from "./tile.js";

/** @typedef {import("./view.js").View} View */

/** The panel at the top right. */
export class CellPanel {
  constructor() {
    this.body = h("div", { class: "rv-cell-body" });
    this.caption = h("p", { class: "rv-caption" });
    this.element = h(
      "section",
      { class: "rv-panel rv-cell", "data-level": "cell", "aria-label": "Level 3: the cell" },
      h(
        "div",
        { class: "rv-head" },
        h("h2", {}, h("span", { class: "rv-no" }, "3"), "Cell"),
        this.caption,
      ),
      this.body,
    );
  }

  /** @param {View} view */
  update(view) {
    if (!view.cell || !view.patch) {
      this.caption.textContent = "";
      fill(
        this.body,
        h(
          "p",
          { class: "rv-hint" },
          "Click a cell of the grid, or move there with the arrow keys. You will see what it sees: itself and its neighbours, and what it becomes.",
        ),
      );
      return;
    }
    const [row, column] = view.cell;
    this.caption.textContent = `row ${row + 1}, column ${column + 1}`;
    const slopes = view.moment.kind === "backward" ? view.slopes : null;
    const grid = h(
      "div",
      { class: "rv-patch", role: "group", "aria-label": "The patch of nine cells" },
      ...view.patch.map((code, position) => {
        const ignored = !view.network.reads[position];
        return h(
          "span",
          {
            class: `rv-patch-cell${ignored ? " rv-ignored" : ""}${position === 4 ? " rv-centre" : ""}`,
          },
          tile(view, code),
          h(
            "span",
            { class: "rv-code" },
            slopes
              ? slopes[position]
                ? `slope ${slopes[position]}`
                : ""
              : ignored
                ? ""
                : String(code),
          ),
          h(
            "span",
            { class: "rv-hidden" },
            `${PLACES[POSITIONS[position]]}: ${meaningOf(view.content, code).words}`,
          ),
        );
      }),
    );
    const now = meaningOf(view.content, view.patch[4]);
    const next = view.next === null ? null : meaningOf(view.content, view.next);
    fill(
      this.body,
      grid,
      h("span", { class: "rv-becomes", "aria-hidden": "true" }, "→"),
      h(
        "span",
        { class: "rv-patch-cell rv-result" },
        view.next === null ? h("span", { class: "rv-tile rv-broken" }, "!") : tile(view, view.next),
        h("span", { class: "rv-code" }, view.next === null ? "" : String(view.next)),
      ),
      h(
        "dl",
        { class: "rv-before-after" },
        h("dt", {}, `layer ${view.layer}`),
        h("dd", {}, now.words),
        h("dt", {}, `layer ${view.layer + 1}`),
        h(
          "dd",
          {},
          next ? (view.next === view.patch[4] ? "the same" : next.words) : view.nextProblem,
        ),
        ...readout(view),
      ),
    );
  }
}

/**
 * What the chosen cell adds to the output, at the end of the layers.
 * @param {View} view
 */
function readout(view) {
  const { pass, layer, cell, network } = view;
  if (!cell || view.content.kind !== "learner" || layer !== pass.run.computed) return [];
  const adds = network.headValue(view.grid[cell[0] * view.columns + cell[1]]) / network.headScale;
  const slope = pass.gradients[layer]?.[cell[0] * view.columns + cell[1]];
  return [
    h("dt", {}, "to the output f"),
    h(
      "dd",
      {},
      `adds ${number(adds)}${slope ? `, and a small change of the cell changes f: slope ${number(slope)}` : ""}`,
    ),
  ];
}
