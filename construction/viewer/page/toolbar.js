/** The title, undo and redo, theme and help; and the strip that says what a damaged weight does. */

import { counted, fill, h } from "./dom.js";
import { verdictOn } from "./session.js";
import { placeOf } from "./timeline.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./view.js").View} View */

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
        this.theme,
        h("button", { onclick: () => this.help() }, "Keys"),
      ),
      this.dialog,
    );
    this.whatIf = h("section", {
      class: "rv-what-if",
      role: "status",
      "aria-label": "What if",
      hidden: true,
    });
    this.key = "";
  }

  /** @param {View} view */
  update(view) {
    this.undo.disabled = !this.model.history.past.length;
    this.redo.disabled = !this.model.history.future.length;
    const key = `${view.damageKey} ${view.dataKey}`;
    if (key === this.key) return;
    this.key = key;
    this.drawWhatIf(view);
  }

  /** @param {View} view */
  drawWhatIf(view) {
    const { damage } = view.state;
    this.whatIf.hidden = !damage.length;
    if (!damage.length) return;
    const back = h(
      "button",
      { onclick: () => this.model.edit({ damage: [] }) },
      "Back to the sound network",
    );
    const title = h("b", {}, `${counted(damage.length, "damaged weight")}`);
    if (view.refusal) {
      fill(this.whatIf, title, h("span", {}, `It cannot run: ${view.refusal}.`), back);
      return;
    }
    const { difference } = view;
    const verdict = verdictOn(view.content, damage);
    if (!difference) {
      fill(
        this.whatIf,
        title,
        h(
          "span",
          {},
          "On these data it changes nothing: every layer, gradient and update is the same.",
        ),
        verdict && h("span", {}, verdict),
        back,
      );
      return;
    }
    const pass = view.passes[difference.pass];
    const name =
      pass.kind === "sgd"
        ? `SGD step ${difference.pass + 1}`
        : pass.kind === "predict"
          ? "the prediction"
          : "the run";
    const what = difference.count
      ? counted(difference.count, "cell")
      : pass.run.failure
        ? "it breaks down"
        : "the gradient";
    const [was, is] = [view.soundPrediction, view.prediction];
    const shown = (/** @type {number | null} */ bit) => (bit === null ? "none" : String(bit));
    fill(
      this.whatIf,
      title,
      h("span", {}, `First difference: ${name}, layer ${difference.layer} (${what}).`),
      view.content.kind === "learner" &&
        h(
          "span",
          {},
          "Prediction: ",
          h("b", {}, shown(was)),
          " → ",
          h("b", {}, shown(is)),
          was === is ? " (the same)" : " (changed)",
        ),
      h(
        "button",
        {
          onclick: () =>
            this.model.set(
              {
                pass: difference.pass,
                at: placeOf(pass, { kind: "forward", layer: difference.layer }),
              },
              { stop: true },
            ),
        },
        "Show it",
      ),
      verdict && h("span", {}, verdict),
      back,
    );
  }

  help() {
    this.dialog.showModal();
  }
}
