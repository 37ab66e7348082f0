/** Level 1: what is happening in words, and the algorithm as on paper, as a table, or as a rule. */

import { columnName } from "./content.js";
import { fill, h, thirds } from "./dom.js";
import { changedRows, narrate, WAVES } from "./narrate.js";
import { rowReduction, waveState } from "./paper.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").View} View */

/** A larger matrix than this is no help to anyone. */
const PAPER_SIDE = 14;

/** The panel on the left. */
export class AlgorithmPanel {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.title = h("h3", { class: "rv-now-title" });
    this.text = h("p", { class: "rv-now-text" });
    this.details = h("ul", { class: "rv-events" });
    this.figure = h("div", { class: "rv-figure" });
    this.figureKey = "";
    this.told = "";
    this.element = h(
      "section",
      {
        class: "rv-panel rv-algorithm",
        "data-level": "algorithm",
        "aria-label": "Level 1: the algorithm",
      },
      h("div", { class: "rv-head" }, h("h2", {}, h("span", { class: "rv-no" }, "1"), "Algorithm")),
      h("div", { class: "rv-words" }, this.title, this.text, this.details),
      this.figure,
    );
  }

  /** @param {View} view */
  update(view) {
    const words = narrate(view);
    const told = JSON.stringify(words);
    if (told !== this.told) this.tell(words);
    this.told = told;
    if (view.pass.kind === "sgd") this.drawStep(view);
    else if (view.phases[view.at] === "memory") this.drawMemory(view);
    else if (view.content.machine && !this.drawPaperIfWaves(view)) this.drawMachine(view);
    else if (!view.content.machine) this.drawPaperIfWaves(view);
  }

  /** @param {import("./narrate.js").Words} words */
  tell(words) {
    this.title.textContent = words.title;
    this.text.textContent = words.text;
    fill(this.details, ...words.details.map((detail) => h("li", {}, detail)));
  }

  /** @param {View} view */
  drawPaperIfWaves(view) {
    const data = view.state.data;
    const small = data && data.examples.length < PAPER_SIDE && data.test.length < PAPER_SIDE;
    const shown = view.phases[view.at] === "computing" || view.phases[view.at] === "answer";
    if (view.content.name !== WAVES || !data || !small || !shown) {
      if (this.figureKey && !view.content.machine) this.clear();
      return false;
    }
    const [m, d] = [data.examples.length, data.test.length];
    const paper = rowReduction(data);
    const states = paper.steps.map(({ column }) => waveState(column, view.layer, m, d));
    const key = `paper ${view.dataKey} ${states.join()}`;
    if (key === this.figureKey) return true;
    this.figureKey = key;
    const running = states.indexOf("running");
    const waiting = states.indexOf("waiting");
    const current = running >= 0 ? running : waiting;
    fill(
      this.figure,
      h(
        "h4",
        {},
        current < 0 ? "On paper: all columns are done" : `On paper: column ${current + 1}`,
      ),
      this.matrix(view, paper, current),
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
    );
    return true;
  }

  /**
   * The matrix before a column's step, or after all.
   * @param {View} view
   * @param {import("./paper.js").Paper} paper
   * @param {number} current
   */
  matrix(view, paper, current) {
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

  /**
   * An SGD step: gradient, input and update of the row that is written.
   * @param {View} view
   */
  drawStep(view) {
    const { pass, moment } = view;
    const rows = changedRows(pass.change);
    const key = `step ${view.passKey} ${moment.kind}`;
    if (key === this.figureKey) return;
    this.figureKey = key;
    if (moment.kind !== "update" || !rows.length) {
      this.drawMemory(view);
      return;
    }
    const row = rows[0];
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
    fill(
      this.figure,
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
    );
  }

  /**
   * The memory before this step.
   * @param {View} view
   */
  drawMemory(view) {
    const { pass } = view;
    const d = pass.inputs.length - 1;
    if (pass.memory.length > PAPER_SIDE || d >= PAPER_SIDE) {
      this.clear();
      return;
    }
    fill(
      this.figure,
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
    );
  }

  /**
   * The machine's table, the current transition marked.
   * @param {View} view
   */
  drawMachine(view) {
    const machine = view.content.machine;
    if (!machine) return;
    if (!this.figureKey.startsWith("machine")) {
      this.figureKey = "machine";
      this.rows = new Map();
      fill(
        this.figure,
        h(
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
              ...machine.lines.map(([state, symbol, write, move, to, blocked]) => {
                const row = h(
                  "tr",
                  {},
                  h("td", {}, state),
                  h("td", {}, symbol),
                  h("td", {}, write),
                  h("td", {}, move),
                  h("td", {}, to, blocked && h("small", {}, ` (wall: ${blocked})`)),
                );
                this.rows?.set(`${state}\u0000${symbol}`, row);
                return row;
              }),
            ),
          ),
        ),
      );
    }
    let current = "";
    for (const code of view.grid) {
      const meaning = view.content.meanings[code];
      if (meaning?.role === "head")
        current = `${meaning.fields.state}\u0000${meaning.fields.symbol}`;
    }
    for (const [key, row] of this.rows ?? []) {
      row.classList.toggle("rv-is-now", key === current);
      const scroller = row.closest(".rv-scroll");
      if (key === current && scroller)
        scroller.scrollTop = row.offsetTop - scroller.clientHeight / 2;
    }
  }

  clear() {
    this.figureKey = "";
    fill(this.figure);
  }
}
