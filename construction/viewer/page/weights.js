/** Level 5: all weights of the convolution as one picture, and the place where one of them is changed. */

import { fill, focusNear, h, number, sizeOf } from "./dom.js";
import { describePlace, weightAt } from "./place.js";
import { WeightMap } from "./weightmap.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./view.js").View} View */
/** @typedef {import("./place.js").Place} Place */

/** The panel at the bottom right. */
export class WeightPanel {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.drawnKey = "";
    /** @type {View | null} */
    this.view = null;
    this.canvas = h("canvas", {
      class: "rv-weights-canvas",
      tabindex: 0,
      role: "application",
      "aria-label":
        "The weights as a picture: upper rows the hinges, lower rows the units that add them up. Arrow keys choose a weight.",
      onpointermove: (/** @type {PointerEvent} */ event) => this.point(event),
      onpointerleave: () => this.hover(null),
      onpointerdown: (/** @type {PointerEvent} */ event) => this.choose(this.map.placeUnder(event)),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
    });
    this.map = new WeightMap(this.canvas);
    this.read = h("p", { class: "rv-weight-read" });
    this.value = h("input", { type: "number", step: 1, "aria-label": "New value of the weight" });
    const button = (/** @type {string} */ text, /** @type {() => void} */ onclick) =>
      h("button", { type: "button", onclick }, text);
    this.zero = button("Set to 0", () => this.damage(0));
    this.negate = button("Negate", () => this.damage(-this.current()));
    this.sound = button("Restore", () => this.restore());
    this.editor = h(
      "form",
      {
        class: "rv-row rv-editor",
        hidden: true,
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          this.damage(Number(this.value.value));
        },
      },
      this.value,
      h("button", { class: "rv-primary" }, "Change"),
      this.zero,
      this.negate,
      this.sound,
    );
    this.caption = h("p", { class: "rv-caption" });
    this.element = h(
      "section",
      {
        class: "rv-panel rv-weights",
        "data-level": "weights",
        "aria-label": "Level 5: the weights",
      },
      h(
        "div",
        { class: "rv-head" },
        h("h2", {}, h("span", { class: "rv-no" }, "5"), "Weights"),
        this.caption,
      ),
      this.canvas,
      this.read,
      this.editor,
    );
    this.size = sizeOf(this.element, () => model.listener.render());
  }

  /** @param {View} view */
  update(view) {
    this.view = view;
    const { width } = this.size;
    const key = [
      view.patch?.join(),
      view.state.weight?.join(),
      view.damageKey,
      view.dark,
      view.unit?.join(),
      width,
    ].join(" ");
    if (key === this.drawnKey) return;
    this.drawnKey = key;
    const { convolution } = view.content.network;
    const count = convolution.reduce(
      (sum, layer) =>
        sum + layer.biases.filter(Boolean).length + layer.weights.flat().filter(Boolean).length,
      0,
    );
    this.caption.textContent = `${number(count)}, the same for all cells, layers and data`;
    this.draw();
    this.tell(view.state.weight);
  }

  draw() {
    if (this.view) this.map.draw(this.view, this.size.width - 20);
  }

  /** @param {PointerEvent} event */
  point(event) {
    const place = this.map.placeUnder(event);
    this.hover(place);
  }

  /** @param {Place | null} place */
  hover(place) {
    this.tell(place ?? this.view?.state.weight ?? null);
    this.model.hover(
      place && (place[0] === 0 ? [0, place[1]] : place[0] === 1 ? [1, place[1]] : null),
    );
  }

  /** @param {Place | null} place */
  choose(place) {
    this.model.set({ weight: place });
    if (place) this.editor.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const moves = /** @type {Record<string, [number, number]>} */ ({
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    });
    const move = moves[event.key];
    const view = this.view;
    if (!move || !view || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    const place = this.map.beside(view.state.weight, move);
    if (place) {
      this.choose(place);
      this.model.say(describePlace(view, place));
    }
  }

  /** @param {Place | null} place */
  tell(place) {
    const view = /** @type {View} */ (this.view);
    const chosen = view.state.weight;
    this.editor.hidden = !chosen;
    const now = this.current();
    this.zero.disabled = now === 0;
    this.negate.disabled = now === 0;
    this.sound.disabled = !chosen || now === weightAt(view.content.network.convolution, chosen);
    if (!place) {
      const last = view.network.data.convolution[2];
      fill(
        this.read,
        `Each column is a hinge. Orange is positive, blue negative; click one to change it.${last.scale > 1 ? ` In the end, sums are divided by ${last.scale}.` : ""}`,
      );
      return;
    }
    fill(this.read, describePlace(view, place));
    if (chosen && focusNear(this.value) !== this.value)
      this.value.value = String(weightAt(view.network.data.convolution, chosen));
  }

  current() {
    const view = /** @type {View} */ (this.view);
    return view.state.weight ? weightAt(view.network.data.convolution, view.state.weight) : 0;
  }

  /** @param {number} value */
  damage(value) {
    const chosen = this.view?.state.weight;
    if (!chosen || !Number.isSafeInteger(value)) return;
    this.value.value = String(value);
    const [layer, unit, input] = chosen;
    const others = this.others(chosen);
    const sound = weightAt(this.model.content.network.convolution, chosen);
    this.model.edit({
      damage: value === sound ? others : [...others, { layer, unit, input, value }],
    });
  }

  restore() {
    const chosen = this.view?.state.weight;
    if (chosen) this.model.edit({ damage: this.others(chosen) });
  }

  /** @param {Place} place */
  others([layer, unit, input]) {
    return this.model.state.damage.filter(
      (d) => d.layer !== layer || d.unit !== unit || d.input !== input,
    );
  }
}
