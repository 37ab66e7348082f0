/** Level 4: the units of the chosen cell's step: the sum that becomes the next code, gates, hinges. */

import { PLACES } from "./cell.js";
import { meaningOf } from "./content.js";
import { fill, h, number, svg } from "./dom.js";
import { explain, tableOf } from "./explain.js";
import { POSITIONS } from "./network.js";
import { tile } from "./tile.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").View} View */
/** @typedef {import("./explain.js").Explanation} Explanation */

const [WIDE, HIGH] = [104, 46];

/** The panel in the middle of the right side. */
export class NeuronPanel {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
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
      this.pinned(view, explanation),
      this.sum(view, explanation),
      this.charts(view, explanation),
      this.gates(view, explanation),
      this.hinges(view, explanation),
    );
  }

  /**
   * The unit that is pinned: its arithmetic on this patch.
   * @param {View} view
   * @param {Explanation} explanation
   */
  pinned(view, { hinges, gates }) {
    if (!view.unit) return null;
    const [layer, unit] = view.unit;
    const close = h(
      "button",
      {
        class: "rv-icon",
        "aria-label": "Let go of this neuron",
        title: "Let go of this neuron",
        onclick: () => this.app.set({ unit: null }),
      },
      "✕",
    );
    if (layer === 0) {
      const hinge = hinges.find((each) => each.unit === unit);
      if (!hinge) return null;
      const code = view.patch?.[POSITIONS.indexOf(hinge.position)] ?? 0;
      const first = view.network.data.convolution[0];
      const weight = first.weights[unit].find((each) => each !== 0) ?? 0;
      return h(
        "div",
        { class: `rv-pinned${hinge.on ? " rv-on" : ""}` },
        this.hingeChart(view, hinge, code),
        h(
          "div",
          {},
          h(
            "b",
            {},
            `Is ${hinge.position === "C" ? "its own code" : `the code ${PLACES[hinge.position]}`} above ${number(hinge.threshold)}?`,
          ),
          h(
            "p",
            {},
            `${number(weight)} × ${number(code)} ${first.biases[unit] < 0 ? "−" : "+"} ${number(Math.abs(first.biases[unit]))} = ${number(hinge.sum)}`,
            h("b", { class: "rv-verdict" }, hinge.on ? " on" : " off: 0"),
          ),
          h(
            "p",
            { class: "rv-small" },
            `Dots in the grid: on at ${view.active?.length ?? 0} cells now.`,
          ),
        ),
        close,
      );
    }
    const gate = gates.find((each) => each.unit === unit);
    if (!gate) return null;
    const on = gate.value > 0;
    return h(
      "div",
      { class: `rv-pinned${on ? " rv-on" : ""}` },
      h(
        "div",
        {},
        h("b", {}, gate.name),
        h(
          "p",
          {},
          `its sum is ${number(gate.sum)}`,
          h(
            "b",
            { class: "rv-verdict" },
            on ? ` on: adds ${number(gate.adds, true)}` : " off: adds 0",
          ),
        ),
        h(
          "p",
          { class: "rv-small" },
          `Dots in the grid: on at ${view.active?.length ?? 0} cells now.`,
        ),
      ),
      close,
    );
  }

  /**
   * A hinge as a curve: 0 up to its threshold, then a straight line.
   * @param {View} view
   * @param {import("./explain.js").HingeState} hinge
   * @param {number} code
   */
  hingeChart(view, hinge, code) {
    const [low, high] = [view.network.padding, Math.max(hinge.threshold * 1.6, code + 6, 8)];
    const x = (/** @type {number} */ at) => 6 + ((at - low) / (high - low)) * (WIDE - 12);
    const y = (/** @type {number} */ at) =>
      HIGH - 8 - (Math.max(0, at - hinge.threshold) / (high - hinge.threshold)) * (HIGH - 16);
    return svg(
      "svg",
      { viewBox: `0 0 ${WIDE} ${HIGH}`, class: "rv-hinge-chart", "aria-hidden": "true" },
      svg("path", {
        d: `M${x(low)} ${y(low)}L${x(hinge.threshold)} ${y(hinge.threshold)}L${x(high)} ${y(high)}`,
        class: "rv-curve rv-thick",
      }),
      svg("line", { x1: x(code), x2: x(code), y1: 0, y2: HIGH, class: "rv-at" }),
      svg("circle", { cx: x(code), cy: y(code), r: 4.5, class: "rv-dot" }),
    );
  }

  /**
   * The sum that becomes the next code.
   * @param {View} view
   * @param {Explanation} explanation
   */
  sum(view, { shares, gates, constant, next, tablesOn }) {
    const terms = shares.filter((share) => share.adds !== 0 || share.position === "C");
    const lines = terms.map((share) =>
      h(
        "tr",
        {},
        h("td", {}, tile(view, share.code, "rv-small-tile")),
        h(
          "td",
          {},
          h("b", {}, share.position === "C" ? "itself" : PLACES[share.position]),
          h("span", { class: "rv-why" }, meaningOf(view.content, share.code).words),
        ),
        h("td", { class: "rv-adds" }, number(share.adds, true)),
      ),
    );
    for (const gate of gates) {
      if (!gate.adds) continue;
      lines.push(
        h(
          "tr",
          { class: "rv-gate-term" },
          h("td", {}, h("span", { class: "rv-tile rv-small-tile rv-gate-tile" }, "∧")),
          h("td", {}, h("b", {}, "a gate"), h("span", { class: "rv-why" }, gate.name)),
          h("td", { class: "rv-adds" }, number(gate.adds, true)),
        ),
      );
    }
    if (constant)
      lines.push(
        h(
          "tr",
          {},
          h("td"),
          h(
            "td",
            {},
            h("b", {}, "a bias"),
            h("span", { class: "rv-why" }, "not in the sound network"),
          ),
          h("td", { class: "rv-adds" }, number(constant, true)),
        ),
      );
    if (!tablesOn)
      lines.push(
        h(
          "tr",
          {},
          h("td"),
          h(
            "td",
            {},
            h("b", {}, "the tables’ unit is off"),
            h("span", { class: "rv-why" }, "its sum is not above 0"),
          ),
          h("td", { class: "rv-adds" }, "0"),
        ),
      );
    const meaning = meaningOf(view.content, next);
    lines.push(
      h(
        "tr",
        { class: "rv-total" },
        h("td", {}, view.next === null ? null : tile(view, next, "rv-small-tile")),
        h("td", {}, h("b", {}, "next code"), h("span", { class: "rv-why" }, meaning.words)),
        h("td", { class: "rv-adds" }, `= ${number(next)}`),
      ),
    );
    return h(
      "table",
      { class: "rv-sum" },
      h("caption", { class: "rv-hidden" }, "The sum that becomes the next code"),
      h("tbody", {}, ...lines),
    );
  }

  /**
   * Each position's table: the curve that the hinges add up to, and where the present code stands on it.
   * @param {View} view
   * @param {Explanation} explanation
   */
  charts(view, { shares, hinges }) {
    return h(
      "div",
      { class: "rv-charts" },
      ...shares.map((share) => {
        const points = tableOf(view.network, view.content.bases, share.position);
        const values = points.map((point) => point.value);
        const [low, high] = [Math.min(...values, 0), Math.max(...values, 1)];
        const [first, last] = [points[0].code, points[points.length - 1].code];
        const x = (/** @type {number} */ code) =>
          4 + ((code - first) / (last - first)) * (WIDE - 8);
        const y = (/** @type {number} */ value) =>
          HIGH - 5 - ((value - low) / (high - low)) * (HIGH - 10);
        const path = points
          .map(
            ({ code, value }, index) =>
              `${index ? "L" : "M"}${x(code).toFixed(1)} ${y(value).toFixed(1)}`,
          )
          .join("");
        const own = hinges.filter((hinge) => hinge.position === share.position);
        const on = own.filter((hinge) => hinge.on).length;
        return h(
          "figure",
          { class: "rv-chart" },
          svg(
            "svg",
            {
              viewBox: `0 0 ${WIDE} ${HIGH}`,
              role: "img",
              "aria-label": `Table of the position ${PLACES[share.position]}: at code ${share.code} it adds ${share.adds}`,
            },
            svg("path", { d: path, class: "rv-curve" }),
            svg("line", { x1: x(share.code), x2: x(share.code), y1: 0, y2: HIGH, class: "rv-at" }),
            svg("circle", { cx: x(share.code), cy: y(share.adds), r: 3.6, class: "rv-dot" }),
          ),
          h("figcaption", {}, h("b", {}, PLACES[share.position]), ` ${on}/${own.length}`),
        );
      }),
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
        onclick: () => this.app.set({ unit: pinned ? null : [layer, unit] }),
        onpointerenter: () => this.app.hover([layer, unit]),
        onpointerleave: () => this.app.hover(null),
        onfocus: () => this.app.hover([layer, unit]),
        onblur: () => this.app.hover(null),
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
