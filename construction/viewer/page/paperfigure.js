/** Row reduction as on paper, as far as its waves have come. */

import { columnName } from "./content.js";
import { h } from "./dom.js";

/** @typedef {import("./view.js").View} View */

/**
 * @param {View} view
 * @param {import("./paper.js").Paper} paper
 * @param {import("./paper.js").WaveState[]} states of each column's wave
 * @param {number} chosen the column that somebody wants to see; -1 for the first that is not done
 * @param {(column: number) => void} choose
 */
export function paperFigure(view, paper, states, chosen, choose) {
  const m = paper.final.length - 1;
  const d = states.length;
  const current = chosen >= 0 ? chosen : states.findIndex((state) => state !== "done");
  const names = paper.steps.map(({ column }) => columnName(view.content, column, d));
  return [
    h(
      "h4",
      {},
      current < 0 ? "On paper: all columns are done" : `On paper: column ${names[current]}`,
    ),
    matrix(view, paper, current),
    h(
      "ol",
      { class: "rv-waves" },
      ...paper.steps.map(({ column, pivot, added }) =>
        h(
          "li",
          { class: `rv-wave-${states[column]}` },
          h(
            "button",
            {
              "aria-pressed": String(column === chosen),
              title: "Shows this column’s step on paper",
              onclick: () => choose(column === chosen ? -1 : column),
            },
            h("b", {}, `${names[column]}: `),
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
    ),
    states.filter((state) => state === "running").length > 1 &&
      h(
        "p",
        { class: "rv-small" },
        "The waves overlap: the next begins before this one is done. Choose a column to see its step.",
      ),
    current < 0 &&
      paper.used.some(Boolean) &&
      h(
        "p",
        { class: "rv-small" },
        "In the grid a pivot row is emptied once it has been used, so that no later wave takes it again.",
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
                  : !step && index !== test && row[d] && !row.slice(0, d).some(Boolean)
                    ? "0 = 1: a contradiction"
                    : "",
          ),
        );
      }),
    ),
  );
}
