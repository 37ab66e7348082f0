/** Time: the passes, the layers of the present pass by phase, and the buttons that play and step. */

import { counted, h } from "./dom.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./view.js").View} View */

const PHASES = {
  memory: "memory",
  waves: "masks come off",
  computing: "computing",
  answer: "answer",
  backward: "gradient, backwards",
  update: "update",
};
const SPEEDS = [1, 2, 4, 8, 16, 30, 60];

/** The bar at the bottom. */
export class Transport {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.key = "";
    this.passes = h("div", {
      class: "rv-passes",
      role: "group",
      "aria-label": "Passes of the network",
    });
    this.play = h("button", { class: "rv-play", onclick: () => model.togglePlay() });
    this.speed = h(
      "select",
      {
        "aria-label": "Speed",
        title: "Speed, in layers a second",
        onchange: () => {
          model.player.speed = Number(this.speed.value);
        },
      },
      ...SPEEDS.map((speed) =>
        h("option", { value: speed, selected: speed === model.player.speed }, `${speed} / s`),
      ),
    );
    this.range = h("input", {
      type: "range",
      min: 0,
      step: 1,
      class: "rv-range",
      "aria-label": "Moment of the pass",
      oninput: () => model.set({ at: Number(this.range.value) }, { stop: true }),
    });
    this.phases = h("div", { class: "rv-phases", "aria-hidden": "true" });
    this.now = h("output", { class: "rv-now" });
    const button = (
      /** @type {string} */ text,
      /** @type {string} */ label,
      /** @type {() => void} */ action,
    ) =>
      h("button", { class: "rv-icon", "aria-label": label, title: label, onclick: action }, text);
    this.element = h(
      "footer",
      { class: "rv-time", "aria-label": "Time" },
      this.passes,
      h(
        "div",
        { class: "rv-buttons" },
        button("|◀", "To the first moment (Home)", () => model.jump(0)),
        button("◀", "One moment back (←)", () => model.stepBy(-1)),
        this.play,
        button("▶", "One moment on (→)", () => model.stepBy(1)),
        button("▶|", "To the last moment (End)", () => model.jump(Number.POSITIVE_INFINITY)),
        this.speed,
        this.now,
      ),
      h("div", { class: "rv-scrub" }, this.range, this.phases),
    );
  }

  /** @param {View} view */
  update(view) {
    const { passes, passNumber, phases } = view;
    const key = `${passes.length} ${passNumber} ${phases.join()} ${passes.map((p) => p.failure).join()}`;
    if (key !== this.key) {
      this.key = key;
      this.drawPasses(view);
      this.drawPhases(view);
    }
    this.range.max = String(phases.length - 1);
    this.range.value = String(view.at);
    const phase = PHASES[phases[view.at]] ?? "";
    const where =
      view.moment.kind === "update"
        ? "update of W"
        : `${view.moment.kind === "backward" ? "gradient" : phase} · layer ${view.moment.layer}`;
    this.now.textContent = where;
    this.range.setAttribute("aria-valuetext", where);
    this.play.textContent = this.model.player.playing ? "Pause" : "Play";
    this.play.setAttribute("aria-pressed", String(this.model.player.playing));
  }

  /** @param {View} view */
  drawPasses(view) {
    const many = view.passes.length > 14;
    this.passes.classList.toggle("rv-many", many);
    this.passes.replaceChildren(
      ...view.passes.map((pass, index) => {
        const label =
          pass.kind === "sgd"
            ? many
              ? `${index + 1}`
              : `SGD step ${index + 1}`
            : pass.kind === "run"
              ? "Run"
              : "Prediction";
        return h(
          "button",
          {
            class: `rv-pass${pass.failure ? " rv-failed" : ""}`,
            "aria-pressed": String(index === view.passNumber),
            title: pass.failure ? `failed: ${pass.failure}` : counted(pass.run.computed, "layer"),
            onclick: () => this.model.set({ pass: index, at: 0 }, { stop: true }),
          },
          label,
        );
      }),
    );
    this.passes.hidden = view.passes.length < 2;
    // Only the bar itself may scroll: the page must not jump.
    const chosen = /** @type {HTMLElement | undefined} */ (this.passes.children[view.passNumber]);
    if (chosen)
      this.passes.scrollLeft =
        chosen.offsetLeft - this.passes.offsetLeft - this.passes.clientWidth / 2;
  }

  /** @param {View} view */
  drawPhases(view) {
    /** @type {{phase: keyof typeof PHASES, count: number}[]} */
    const runs = [];
    for (const phase of view.phases) {
      const last = runs[runs.length - 1];
      if (last?.phase === phase) last.count++;
      else runs.push({ phase, count: 1 });
    }
    this.phases.replaceChildren(
      ...runs.map(({ phase, count }) => {
        const part = h(
          "span",
          { class: `rv-phase rv-phase-${phase}`, title: PHASES[phase] },
          h("span", {}, PHASES[phase]),
        );
        part.style.flexGrow = String(count);
        return part;
      }),
    );
  }
}
