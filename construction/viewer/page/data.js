/** The data set: a bit is a button that flips it; one's own data are pasted as text. */

import { columnName } from "./content.js";
import { readData } from "./dataset.js";
import { fill, focusNear, h } from "./dom.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./view.js").View} View */
/** @typedef {import("./training.js").Data} Data */

/** The table under the algorithm. */
export class DataPanel {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.key = "";
    this.table = h("div", { class: "rv-scroll rv-data-box" });
    this.text = h("textarea", {
      rows: 8,
      spellcheck: "false",
      "aria-label": "Your data",
      placeholder: "1 0 1  1\n0 1 1  0\n1 1 0",
    });
    this.problem = h("p", { class: "rv-problem", role: "alert" });
    this.dialog = h(
      "dialog",
      { class: "rv-dialog" },
      h("h2", {}, "Your own data"),
      h(
        "p",
        {},
        "One example a line: its bits, and the label last. The last line is the test example, without a label.",
      ),
      this.text,
      this.problem,
      h(
        "div",
        { class: "rv-row" },
        h("button", { class: "rv-primary", onclick: () => this.accept() }, "Run on these"),
        h("button", { onclick: () => this.dialog.close() }, "Cancel"),
      ),
    );
    this.element = h(
      "section",
      { class: "rv-panel rv-data", "aria-label": "Data" },
      h(
        "div",
        { class: "rv-head" },
        h("h2", {}, "Data"),
        h("p", { class: "rv-caption" }, "click a bit to flip it"),
        h("button", { class: "rv-link", onclick: () => this.open() }, "own data…"),
      ),
      this.table,
      this.dialog,
    );
  }

  /** @param {View} view */
  update(view) {
    const data = view.state.data;
    if (!data) {
      this.element.hidden = true;
      return;
    }
    const key = `${view.dataKey} ${view.flipped.join()}`;
    if (key !== this.key) {
      this.key = key;
      const focus = focusNear(this.table)?.getAttribute("data-bit");
      this.draw(view, data);
      if (focus)
        /** @type {HTMLElement | null} */ (
          this.table.querySelector(`[data-bit="${focus}"]`)
        )?.focus();
    }
    for (const row of this.table.querySelectorAll("tr[data-row]")) {
      const now = view.pass.kind === "predict" ? "test" : String(view.pass.example);
      row.classList.toggle("rv-is-now", row.getAttribute("data-row") === now);
    }
  }

  /**
   * @param {View} view
   * @param {Data} data
   */
  draw(view, data) {
    const d = data.test.length;
    const flipped = new Set(view.flipped.map((each) => each.join(".")));
    this.element.classList.toggle("rv-large", data.examples.length > 12 || d > 12);
    const bit = (
      /** @type {number} */ row,
      /** @type {number} */ column,
      /** @type {number} */ value,
    ) =>
      h(
        "td",
        { class: column === d ? "rv-label" : "" },
        h(
          "button",
          {
            class: `rv-bit rv-bit-${value}${flipped.has(`${row}.${column}`) ? " rv-flipped" : ""}`,
            "data-bit": `${row}.${column}`,
            "aria-label": `${row === data.examples.length ? "test" : `example ${row + 1}`}, ${columnName(view.content, column, d)}: ${value}${flipped.has(`${row}.${column}`) ? ", flipped" : ""}; flip`,
            onclick: () => this.model.flip(row, column),
          },
          value,
        ),
      );
    fill(
      this.table,
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
            ...Array.from({ length: d + 1 }, (_, column) =>
              h(
                "th",
                {
                  scope: "col",
                  class: column === d ? "rv-label" : "",
                  title: this.values(view, column, d),
                },
                columnName(view.content, column, d),
              ),
            ),
          ),
        ),
        h(
          "tbody",
          {},
          ...data.examples.map((bits, row) =>
            h(
              "tr",
              { "data-row": row },
              h("th", { scope: "row" }, row + 1),
              ...[...bits, data.labels[row]].map((value, column) => bit(row, column, value)),
            ),
          ),
          h(
            "tr",
            { "data-row": "test", class: "rv-test" },
            h("th", { scope: "row" }, "test"),
            ...data.test.map((value, column) => bit(data.examples.length, column, value)),
            h("td", { class: "rv-label" }, "?"),
          ),
        ),
      ),
    );
  }

  /**
   * The values of a column that its bits stand for.
   * @param {View} view
   * @param {number} column
   * @param {number} d
   */
  values(view, column, d) {
    const own = view.content.columns;
    if (!own || own.length !== d + 1) return "";
    const [name, zero, one] = own[column];
    return `${name}: 0 is ${zero}, 1 is ${one}`;
  }

  open() {
    const data = this.model.state.data;
    if (!data) return;
    const lines = data.examples.map((bits, row) => `${bits.join(" ")}  ${data.labels[row]}`);
    this.text.value = [...lines, data.test.join(" ")].join("\n");
    this.problem.textContent = "";
    this.dialog.showModal();
  }

  accept() {
    const result = readData(this.text.value, this.model.content.learner?.ownSize ?? 0);
    if (typeof result === "string") {
      this.problem.textContent = result;
      return;
    }
    this.dialog.close();
    this.model.edit({
      data: result,
      base: result,
      pass: result.examples.length + 1,
      at: 0,
      cell: null,
    });
  }
}
