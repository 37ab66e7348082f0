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
    /** The position whose table is open, or none. */
    this.table = "";
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
          "The neurons at the chosen cell, and how their sum becomes its next code. There are two kinds: a hinge compares one cell’s code with one threshold, and a gate adds up some hinges.",
        ),
      );
      return;
    }
    const key = `${view.patch.join()} ${view.damageKey} ${view.dark} ${view.unit?.join() ?? ""} ${this.table}`;
    if (key === this.key) return;
    this.key = key;
    const explanation = explain(view.network, view.content.bases, view.patch);
    const on = explanation.hinges.filter((hinge) => hinge.on).length;
    const holding = explanation.gates.filter((gate) => gate.value > 0).length;
    this.caption.textContent = `on: ${on} of ${explanation.hinges.length} hinges, ${holding} of ${explanation.gates.length} gates`;
    fill(
      this.body,
      pinnedUnit(this.model, view, explanation),
      sumTable(view, explanation),
      tableCurves(view, explanation, this.table, (position) => this.show(view, position)),
      this.gates(view, explanation),
      this.hinges(view, explanation),
    );
  }

  /**
   * Opens the table of a position, or closes it.
   * @param {View} view
   * @param {string} position
   */
  show(view, position) {
    this.table = this.table === position ? "" : position;
    this.update(view);
    this.body.querySelector(".rv-codes .rv-is-now")?.scrollIntoView({ block: "nearest" });
    /** @type {HTMLElement | null} */ (
      this.body.querySelector(`[data-position="${position}"]`)
    )?.focus({ preventScroll: true });
  }

  /**
   * @param {View} view
   * @param {Explanation} explanation
   */
  gates(view, { gates }) {
    if (!gates.length) return null;
    return this.folded(
      "gates",
      "Gates: sums of some hinges, on when above 0",
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
      "Hinges: is one cell’s code above one threshold?",
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
              hinge.on ? `→ ${number(hinge.sum)}` : "off",
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
