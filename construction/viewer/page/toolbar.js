/** The title, undo and redo, theme and help. */

import { h } from "./dom.js";

/** @typedef {import("./model.js").Model} Model */

const KEYS = [
  ["Space", "play, pause"],
  ["← →", "one moment back, on"],
  ["[ ]", "the pass before, after"],
  ["Home End", "first, last moment of the pass"],
  ["G, then arrow keys", "choose a cell of the grid"],
  ["W, then arrow keys", "choose a weight"],
  ["N P", "next, previous step of the lesson"],
  ["Ctrl Z, Ctrl Shift Z", "undo, redo"],
  ["Esc", "choose nothing"],
];

/** The bar at the top. */
export class Toolbar {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.undo = h(
      "button",
      { onclick: () => model.travel("undo"), title: "Undo (Ctrl Z)" },
      "Undo",
    );
    this.redo = h(
      "button",
      { onclick: () => model.travel("redo"), title: "Redo (Ctrl Shift Z)" },
      "Redo",
    );
    this.theme = h(
      "select",
      { "aria-label": "Colours", onchange: () => model.setTheme(this.theme.value) },
      h("option", { value: "auto" }, "auto"),
      h("option", { value: "light" }, "light"),
      h("option", { value: "dark" }, "dark"),
    );
    this.dialog = h(
      "dialog",
      { class: "rv-dialog" },
      h("h2", {}, "Keys"),
      h(
        "dl",
        { class: "rv-keys" },
        ...KEYS.flatMap(([key, what]) => [h("dt", {}, key), h("dd", {}, what)]),
      ),
      h(
        "p",
        { class: "rv-small" },
        "The address of this page holds all that you see: copy it, and somebody else sees the same.",
      ),
      h(
        "div",
        { class: "rv-row" },
        h("button", { class: "rv-primary", onclick: () => this.dialog.close() }, "Close"),
      ),
    );
    this.element = h(
      "header",
      { class: "rv-top" },
      h("h1", {}, model.content.name),
      h("p", { class: "rv-summary" }, model.content.summary),
      h(
        "div",
        { class: "rv-row" },
        this.undo,
        this.redo,
        h(
          "button",
          {
            onclick: () => model.reset(),
            title: "The data, the network and the moment of the first screen; Undo takes it back",
          },
          "Start again",
        ),
        this.theme,
        h("button", { onclick: () => this.help() }, "Keys"),
      ),
      this.dialog,
    );
  }

  update() {
    this.undo.disabled = !this.model.history.past.length;
    this.redo.disabled = !this.model.history.future.length;
  }

  help() {
    this.dialog.showModal();
  }
}
