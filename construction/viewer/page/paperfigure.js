/** Row reduction as on paper, as far as its waves have come. */

import { columnName } from "./content.js";
import { h } from "./dom.js";

/** @typedef {import("./view.js").View} View */

/**
 * @param {View} view
 * @param {import("./paper.js").Paper} paper
 * @param {import("./paper.js").WaveState[]} states of each column's wave
 */
export function paperFigure(view, paper, states) {
  const m = paper.final.length - 1;
  const d = states.length;
  const running = states.indexOf("running");
  const waiting = states.indexOf("waiting");
  const current = running >= 0 ? running : waiting;
  return [
    h("h4", {}, current < 0 ? "On paper: all columns are done" : `On paper: column ${current + 1}`),
    matrix(view, paper, current),
    h(
      "ol",
      { class: "rv-waves" },
      ...paper.steps.map(({ column, pivot, added }) =>
        h(
          "li",
          { class: `rv-wave-${states[column]}` },
          h("b", {}, `${columnName(view.content, column, d)}: `),
          pivot < 0
            ? "no pivot"
            : `pivot row ${pivot + 1}${added.length ? `, added to ${added.map((row) => (row === m ? "test" : row + 1)).join(", ")}` : ", added to no row"}`,
          h(
            "span",
            { class: "rv-wave-state" },
            states[column] === "running" ? "in the grid" : states[column],
          ),
        ),
      ),
    ),
  ];
}

/**
 * The matrix before a column's step, or after all.
 * @param {View} view
 * @param {import("./paper.js").Paper} paper
 * @param {number} current
 */
function matrix(view, paper, current) {
  const step = paper.steps[current];
  const bits = step ? step.before : paper.final;
  const used = step ? step.used : paper.used;
  const d = bits[0].length - 1;
  const test = bits.length - 1;
  return h(
    "table",
    { class: "rv-matrix" },
    h("caption", { class: "rv-hidden" }, "The matrix as on paper"),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("td"),
        ...bits[0].map((_, column) =>
          h(
            "th",
            { scope: "col", class: column === d ? "rv-label" : "" },
            columnName(view.content, column, d),
          ),
        ),
      ),
    ),
    h(
      "tbody",
      {},
      ...bits.map((row, index) => {
        const role =
          step && index === step.pivot
            ? "rv-is-pivot"
            : step?.added.includes(index)
              ? "rv-is-added"
              : used[index]
                ? "rv-is-used"
                : "";
        return h(
          "tr",
          { class: role },
          h("th", { scope: "row" }, index === test ? "test" : index + 1),
          ...row.map((bit, column) =>
            h(
              "td",
              {
                class: `${column === d ? "rv-label" : ""} ${step && column === step.column ? "rv-is-column" : ""} ${!step && index === test && column === d ? "rv-is-answer" : ""}`,
              },
              bit,
            ),
          ),
          h(
            "td",
            { class: "rv-note" },
            role === "rv-is-pivot"
              ? "pivot"
              : role === "rv-is-added"
                ? "+ pivot row"
                : role === "rv-is-used"
                  ? "was pivot"
                  : "",
          ),
        );
      }),
    ),
  );
}
