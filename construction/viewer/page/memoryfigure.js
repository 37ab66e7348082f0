/** The memory W before an SGD step, and the update of a row, number by number. */

import { columnName } from "./content.js";
import { h, thirds } from "./dom.js";

/** @typedef {import("./view.js").View} View */

/** A larger matrix than this is no help to anyone. */
export const PAPER_SIDE = 14;

/**
 * An SGD step: gradient, input and update of a row that is written.
 * @param {View} view
 * @param {number} row
 */
export function updateFigure(view, row) {
  const { pass } = view;
  const d = pass.inputs.length - 1;
  const gradient = pass.gradients[0];
  const wide = pass.inputs.length > PAPER_SIDE;
  const shown = wide ? pass.inputs.slice(0, PAPER_SIDE) : pass.inputs;
  const line = (
    /** @type {string} */ name,
    /** @type {(column: number) => string} */ value,
    kind = "",
  ) =>
    h(
      "tr",
      { class: kind },
      h("th", { scope: "row" }, name),
      ...shown.map((_, column) => h("td", {}, value(column))),
    );
  return [
    h("h4", {}, `Row ${row + 1} of W, number by number`),
    h(
      "table",
      { class: "rv-matrix rv-update" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("td"),
          ...shown.map((_, column) =>
            h("th", { scope: "col" }, columnName(view.content, column, d)),
          ),
        ),
      ),
      h(
        "tbody",
        {},
        line("gradient g", (column) =>
          String(gradient[row * view.columns + column]).replace("-", "−"),
        ),
        line("× input z", (column) => (pass.inputs[column] < 0 ? "−1" : "+1")),
        line(
          `× ${thirds(pass.factor, true)}`,
          (column) => thirds(pass.change[row][column], true),
          "rv-is-added",
        ),
        pass.memory[row].some(Boolean) &&
          line("W before", (column) => thirds(pass.memory[row][column], true)),
        line(
          "W after",
          (column) => thirds(pass.memory[row][column] + pass.change[row][column], true),
          "rv-is-pivot",
        ),
      ),
    ),
    wide &&
      h("p", { class: "rv-small" }, `the first ${PAPER_SIDE} of ${pass.inputs.length} columns`),
  ];
}

/**
 * The memory before this step.
 * @param {View} view
 */
export function memoryFigure(view) {
  const { pass } = view;
  const d = pass.inputs.length - 1;
  return [
    h(
      "h4",
      {},
      pass.kind === "sgd" ? "The memory W before this step" : "The memory W, as SGD left it",
    ),
    h(
      "table",
      { class: "rv-matrix" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("td"),
          ...pass.inputs.map((_, column) =>
            h("th", { scope: "col" }, columnName(view.content, column, d)),
          ),
        ),
      ),
      h(
        "tbody",
        {},
        ...pass.memory.map((row, index) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, index + 1),
            ...row.map((value) =>
              h("td", { class: value ? "" : "rv-empty" }, value ? thirds(value, true) : "0"),
            ),
          ),
        ),
      ),
    ),
  ];
}
