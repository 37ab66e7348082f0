/** Level 5: all weights of the convolution as one picture, and the place where one of them is changed. */

import { fill, h, number, sizeOf } from "./dom.js";
import { POSITIONS } from "./network.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").View} View */
/** @typedef {[number, number, number]} Place layer, unit, input (-1 for the bias) */

/** The panel at the bottom right. */
export class WeightPanel {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {{place: Place | null}[][]} */
    this.slots = [];
    this.drawnKey = "";
    /** @type {View | null} */
    this.view = null;
    this.canvas = h("canvas", {
      class: "rv-weights-canvas",
      tabindex: 0,
      role: "img",
      onpointermove: (/** @type {PointerEvent} */ event) => this.point(event),
      onpointerleave: () => this.hover(null),
      onpointerdown: (/** @type {PointerEvent} */ event) => this.choose(this.placeUnder(event)),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
    });
    this.read = h("p", { class: "rv-weight-read" });
    this.value = h("input", { type: "number", step: 1, "aria-label": "New value of the weight" });
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
      h("button", { type: "button", onclick: () => this.damage(0) }, "Set to 0"),
      h("button", { type: "button", onclick: () => this.damage(-this.current()) }, "Negate"),
      h("button", { type: "button", onclick: () => this.restore() }, "Restore"),
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
    this.size = sizeOf(this.element, () => app.render());
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
    const { convolution } = view.network.data;
    const count = convolution.reduce(
      (sum, layer) =>
        sum + layer.biases.filter(Boolean).length + layer.weights.flat().filter(Boolean).length,
      0,
    );
    this.caption.textContent = `the same ${number(count)} at every pixel, in every layer`;
    this.draw();
    this.tell(view.state.weight);
  }

  /** The places of the picture, row by row: inputs and bias of each hinge, then the units that add them up. */
  arrange() {
    const [first, second] = /** @type {View} */ (this.view).network.data.convolution;
    const reads = POSITIONS.flatMap((_, index) =>
      /** @type {View} */ (this.view).network.reads[index] ? [index] : [],
    );
    const hinges = first.names.map((_, unit) => unit);
    const slot = (/** @type {Place | null} */ place) => ({ place });
    this.slots = [
      ...reads.map((input) => [
        ...hinges.map((unit) => slot([0, unit, input])),
        slot(null),
        slot(null),
      ]),
      [...hinges.map((unit) => slot([0, unit, -1])), slot(null), slot([2, 0, -1])],
      ...second.names.map((_, unit) => [
        ...hinges.map((input) => slot([1, unit, input])),
        slot([1, unit, -1]),
        slot([2, 0, unit]),
      ]),
    ];
    this.firstRows = reads.length + 1;
  }

  draw() {
    const view = /** @type {View} */ (this.view);
    this.arrange();
    const width = this.size.width - 20;
    if (width <= 0) return;
    const columns = this.slots[0].length;
    this.cell = Math.max(1, width / (columns + 2));
    this.high = this.slots.length > 16 ? 7 : 9;
    const height = this.slots.length * this.high + 8;
    const scale = window.devicePixelRatio || 1;
    const [wide, tall] = [Math.round(width * scale), Math.round(height * scale)];
    if (this.canvas.width !== wide || this.canvas.height !== tall) {
      this.canvas.width = wide;
      this.canvas.height = tall;
      this.canvas.style.height = `${height}px`;
    }
    const context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    const largest = view.content.network.convolution.map((layer) =>
      Math.max(...layer.weights.flat().map(Math.abs), 1),
    );
    const trace = view.patch ? view.network.trace(view.patch) : null;
    const hovered = view.hovered ?? view.unit;
    this.slots.forEach((row, r) => {
      row.forEach(({ place }, c) => {
        if (!place) return;
        const value = weightAt(view.network.data.convolution, place);
        const [x, y] = this.corner(r, c);
        const lit = !trace || took(trace, place);
        const marked =
          hovered &&
          (hovered[0] === 0 ? isOf(place, hovered[1]) : place[0] === 1 && place[1] === hovered[1]);
        context.globalAlpha = 1;
        context.fillStyle = view.colours.line;
        if (!value) context.globalAlpha = 0.35;
        else {
          const strength =
            0.35 +
            0.65 *
              Math.sqrt(Math.min(1, Math.abs(value) / (place[2] < 0 ? 300 : largest[place[0]])));
          context.globalAlpha = lit || marked ? strength : 0.13;
          context.fillStyle = value < 0 ? view.colours.negative : view.colours.positive;
        }
        context.fillRect(
          x,
          y,
          Math.max(this.cell ? this.cell - 0.6 : 1, 0.8),
          (this.high ?? 8) - 1,
        );
        context.globalAlpha = 1;
        if (marked && value) this.outline(context, x, y, view.colours.ink, 1);
        if (
          view.state.damage.some(
            (d) => d.layer === place[0] && d.unit === place[1] && d.input === place[2],
          )
        ) {
          this.outline(context, x, y, view.colours.wrong, 2);
        }
        if (view.state.weight?.join() === place.join())
          this.outline(context, x, y, view.colours.accent, 2);
      });
    });
    context.globalAlpha = 1;
    this.canvas.setAttribute(
      "aria-label",
      "The weights as a picture: upper rows the hinges, lower rows the units that add them up. Arrow keys choose a weight.",
    );
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} x
   * @param {number} y
   * @param {string} colour
   * @param {number} width
   */
  outline(context, x, y, colour, width) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.strokeRect(x - 1, y - 1, (this.cell ?? 1) + 1.4, (this.high ?? 8) + 1);
  }

  /**
   * @param {number} row
   * @param {number} column
   * @returns {[number, number]}
   */
  corner(row, column) {
    const cell = this.cell ?? 1;
    const hinges = this.slots[0].length - 2;
    const gap = (row >= (this.firstRows ?? 0) ? 6 : 0) + 1;
    return [column * cell + (column >= hinges ? 1.2 * cell : 0), row * (this.high ?? 8) + gap];
  }

  /**
   * @param {PointerEvent} event
   * @returns {Place | null}
   */
  placeUnder(event) {
    const box = this.canvas.getBoundingClientRect();
    let best = null;
    for (let r = 0; r < this.slots.length; r++) {
      for (let c = 0; c < this.slots[r].length; c++) {
        const [x, y] = this.corner(r, c);
        const inside =
          event.clientX - box.left >= x && event.clientX - box.left < x + (this.cell ?? 1);
        if (
          inside &&
          event.clientY - box.top >= y &&
          event.clientY - box.top < y + (this.high ?? 8)
        )
          best = this.slots[r][c].place;
      }
    }
    return best;
  }

  /** @param {PointerEvent} event */
  point(event) {
    const place = this.placeUnder(event);
    this.hover(place);
  }

  /** @param {Place | null} place */
  hover(place) {
    this.tell(place ?? this.view?.state.weight ?? null);
    this.app.hover(
      place && (place[0] === 0 ? [0, place[1]] : place[0] === 1 ? [1, place[1]] : null),
    );
  }

  /** @param {Place | null} place */
  choose(place) {
    this.app.set({ weight: place });
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
    let [row, column] = [this.firstRows ?? 0, 0];
    const chosen = view.state.weight?.join();
    if (chosen) {
      row = this.slots.findIndex((line) => line.some(({ place }) => place?.join() === chosen));
      column = this.slots[row].findIndex(({ place }) => place?.join() === chosen);
      row = Math.min(this.slots.length - 1, Math.max(0, row + move[0]));
      column = Math.min(this.slots[0].length - 1, Math.max(0, column + move[1]));
    }
    const place = this.slots[row][column].place;
    if (place) {
      this.choose(place);
      this.app.say(describe(view, place));
    }
  }

  /** @param {Place | null} place */
  tell(place) {
    const view = /** @type {View} */ (this.view);
    const chosen = view.state.weight;
    this.editor.hidden = !chosen;
    if (!place) {
      fill(this.read, "Orange weights are positive, blue ones negative. Click one to change it.");
      return;
    }
    fill(this.read, describe(view, place));
    if (chosen && document.activeElement !== this.value)
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
    const sound = weightAt(this.app.content.network.convolution, chosen);
    this.app.edit({
      damage: value === sound ? others : [...others, { layer, unit, input, value }],
    });
  }

  restore() {
    const chosen = this.view?.state.weight;
    if (chosen) this.app.edit({ damage: this.others(chosen) });
  }

  /** @param {Place} place */
  others([layer, unit, input]) {
    return this.app.state.damage.filter(
      (d) => d.layer !== layer || d.unit !== unit || d.input !== input,
    );
  }
}

/**
 * @param {import("./network.js").WeightLayer[]} layers
 * @param {Place} place
 */
export function weightAt(layers, [layer, unit, input]) {
  return (input < 0 ? layers[layer]?.biases[unit] : layers[layer]?.weights[unit]?.[input]) ?? 0;
}

/**
 * A weight in words: from where, to where, its value.
 * @param {View} view
 * @param {Place} place
 */
export function describe(view, place) {
  const { convolution } = view.network.data;
  const [layer, unit, input] = place;
  const to = convolution[layer].names[unit];
  const from =
    input < 0
      ? "bias"
      : layer === 0
        ? `the code at ${POSITIONS[input]}`
        : `“${convolution[layer - 1].names[input]}”`;
  const value = weightAt(convolution, place);
  const sound = weightAt(view.content.network.convolution, place);
  return `${from} → “${to}”: ${number(value)}${value === sound ? "" : ` (sound: ${number(sound)})`}`;
}

/**
 * Did this weight take part in the step? Then what it reads is on, and what it feeds is, too.
 * @param {import("./network.js").Trace} trace
 * @param {Place} place
 */
function took({ sums }, [layer, unit, input]) {
  const reads = input < 0 || layer === 0 || sums[layer - 1][input] > 0;
  return reads && (layer === 2 || sums[layer][unit] > 0);
}

/**
 * Does this weight lead into or out of the hinge?
 * @param {Place} place
 * @param {number} hinge
 */
function isOf([layer, unit, input], hinge) {
  return layer === 0 ? unit === hinge : layer === 1 && input === hinge;
}
