/** Level 4: the units of the chosen cell's step: the sum that becomes the next code, gates, hinges. */

import { tableCurves } from "./curves.js";
import { fill, h, number } from "./dom.js";
import { explain } from "./explain.js";
import { pinnedUnit } from "./pinned.js";
import { sumTable } from "./summands.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./view.js").View} View */
/** @typedef {import("./explain.js").Explanation} Explanation */

/** The panel in the middle of the right side. */
export class NeuronPanel {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.body = h("div", { class: "rv-neurons-body" });
    this.caption = h("p", { class: "rv-caption" });
    this.key = "";
    this.open = { gates: false, hinges: false };
    this.element = h(
      "section",
      {
        class: "rv-panel rv-neurons",
        "data-level": "neurons",
        "aria-label": "Level 4: the neurons",
      },
      h(
        "div",
        { class: "rv-head" },
        h("h2", {}, h("span", { class: "rv-no" }, "4"), "Neurons"),
        this.caption,
      ),
      this.body,
    );
  }

  /** @param {View} view */
  update(view) {
    if (!view.patch) {
      this.caption.textContent = "";
      this.key = "";
      fill(
        this.body,
        h(
          "p",
          { class: "rv-hint" },
          "The units of the chosen cell, and how their sum becomes its next code.",
        ),
      );
      return;
    }
    const key = `${view.patch.join()} ${view.damageKey} ${view.dark} ${view.unit?.join() ?? ""}`;
    if (key === this.key) return;
    this.key = key;
    const explanation = explain(view.network, view.content.bases, view.patch);
    const on = explanation.hinges.filter((hinge) => hinge.on).length;
    const holding = explanation.gates.filter((gate) => gate.value > 0).length;
    this.caption.textContent = `${on} of ${explanation.hinges.length} hinges on, ${holding} of ${explanation.gates.length} gates on`;
    fill(
      this.body,
      pinnedUnit(this.model, view, explanation),
      sumTable(view, explanation),
      tableCurves(view, explanation),
      this.gates(view, explanation),
      this.hinges(view, explanation),
    );
  }

  /**
   * @param {View} view
   * @param {Explanation} explanation
   */
  gates(view, { gates }) {
    if (!gates.length) return null;
    return this.folded(
      "gates",
      `Gates: a gate fires when its sum is above 0`,
      h(
        "ul",
        { class: "rv-units" },
        ...gates.map((gate) =>
          h(
            "li",
            {},
            this.unit(
              view,
              1,
              gate.unit,
              `${gate.value > 0 ? "on" : "off"}`,
              gate.value > 0,
              gate.name,
              `sum ${number(gate.sum)}`,
            ),
          ),
        ),
      ),
    );
  }

  /**
   * @param {View} view
   * @param {Explanation} explanation
   */
  hinges(view, { hinges }) {
    return this.folded(
      "hinges",
      "Hinges: each compares one cell with one threshold",
      h(
        "ul",
        { class: "rv-units rv-hinges" },
        ...hinges.map((hinge) =>
          h(
            "li",
            {},
            this.unit(
              view,
              0,
              hinge.unit,
              hinge.position,
              hinge.on,
              `above ${number(hinge.threshold)}`,
              hinge.on ? number(hinge.sum) : "0",
            ),
          ),
        ),
      ),
    );
  }

  /**
   * A unit: a button that pins it, and shows on hover where else it is active.
   * @param {View} view
   * @param {number} layer
   * @param {number} unit
   * @param {string} tag
   * @param {boolean} on
   * @param {string} name
   * @param {string} value
   */
  unit(view, layer, unit, tag, on, name, value) {
    const pinned = view.unit?.[0] === layer && view.unit[1] === unit;
    return h(
      "button",
      {
        class: `rv-unit${on ? " rv-on" : ""}`,
        "aria-pressed": String(pinned),
        title: "Shows in the grid where this unit is active now",
        onclick: () => this.model.set({ unit: pinned ? null : [layer, unit] }),
        onpointerenter: () => this.model.hover([layer, unit]),
        onpointerleave: () => this.model.hover(null),
        onfocus: () => this.model.hover([layer, unit]),
        onblur: () => this.model.hover(null),
      },
      h("span", { class: "rv-tag" }, tag),
      h("span", { class: "rv-unit-name" }, name),
      h("span", { class: "rv-unit-value" }, value),
    );
  }

  /**
   * @param {"gates" | "hinges"} name
   * @param {string} title
   * @param {Node} content
   */
  folded(name, title, content) {
    const details = h(
      "details",
      {
        open: this.open[name],
        ontoggle: () => {
          this.open[name] = details.open;
        },
      },
      h("summary", {}, title),
      content,
    );
    return details;
  }
}
