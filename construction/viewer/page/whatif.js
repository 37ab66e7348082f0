/** The strip that says what flipped bits or a damaged weight change. */

import { columnName } from "./content.js";
import { counted, fill, h } from "./dom.js";
import { verdictOn } from "./session.js";
import { placeOf } from "./timeline.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./view.js").View} View */

/** The strip below the lesson. */
export class WhatIfPanel {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.key = "";
    this.element = h("section", {
      class: "rv-what-if",
      role: "status",
      "aria-label": "What if",
      hidden: true,
    });
  }

  /** @param {View} view */
  update(view) {
    const { damage } = view.state;
    const key = `${view.damageKey} ${view.dataKey} ${view.flipped.join()}`;
    if (key === this.key) return;
    this.key = key;
    this.element.hidden = !damage.length && !view.flipped.length;
    this.element.classList.toggle("rv-flips", !damage.length);
    const titles = [
      view.flipped.length && this.flips(view),
      damage.length && counted(damage.length, "damaged weight"),
    ].filter(Boolean);
    fill(
      this.element,
      h("b", {}, titles.join(", ")),
      ...this.outcome(view),
      damage.length > 0 && this.back("Back to the sound network", () => ({ damage: [] })),
      view.flipped.length > 0 && this.back("Flip back", () => ({ data: this.model.state.base })),
    );
  }

  /** @param {View} view */
  flips(view) {
    if (view.flipped.length > 1) return counted(view.flipped.length, "flipped bit");
    const [[row, column]] = view.flipped;
    const d = view.state.data?.test.length ?? 0;
    const m = view.state.data?.examples.length;
    return `flipped: ${columnName(view.content, column, d)} of ${row === m ? "the test example" : `example ${row + 1}`}`;
  }

  /**
   * What is different, and from where on.
   * @param {View} view
   */
  outcome(view) {
    if (view.refusal) return [h("span", {}, `It cannot run: ${view.refusal}.`)];
    const { difference } = view;
    const damaged = view.state.damage.length > 0;
    const verdict = damaged && verdictOn(view.content, view.state.damage);
    const words = verdict ? h("span", {}, verdict) : null;
    if (!difference) {
      const nothing =
        "On these data it changes nothing: every layer, gradient and update is the same.";
      return [h("span", {}, nothing), words];
    }
    const pass = view.passes[difference.pass];
    const where =
      pass.kind === "sgd"
        ? `SGD step ${difference.pass + 1}`
        : pass.kind === "predict"
          ? "the prediction"
          : "the run";
    const update = !difference.count && !pass.run.failure;
    const what = update
      ? `${where}, the update`
      : `${where}, layer ${difference.layer} (${difference.count ? counted(difference.count, "cell") : "it breaks down"})`;
    const [was, is] = [view.referencePrediction, view.prediction];
    const shown = (/** @type {number | null} */ bit) => (bit === null ? "none" : String(bit));
    const at = placeOf(pass, { kind: update ? "update" : "forward", layer: difference.layer });
    const { cell } = difference;
    const show = () => this.model.set({ pass: difference.pass, at, cell }, { stop: true });
    return [
      h("span", {}, `First difference: ${what}.`),
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
      h("button", { onclick: show }, "Show it"),
      words,
    ];
  }

  /**
   * @param {string} text
   * @param {() => Partial<import("./state.js").State>} change
   */
  back(text, change) {
    return h("button", { onclick: () => this.model.edit(change()) }, text);
  }
}
