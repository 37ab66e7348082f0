/** All weights of the convolution as one picture: where each stands, and how it is drawn. */

import { POSITIONS } from "./network.js";
import { FONT } from "./pictures.js";
import { isOfHinge, tookPart, weightAt } from "./place.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./place.js").Place} Place */

/** The width of the rows' names. */
const LABELS = 40;

/** The picture on a canvas. */
export class WeightMap {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    /** @type {{place: Place | null}[][]} */
    this.slots = [];
    this.cell = 1;
    this.high = 8;
    this.firstRows = 0;
    /** What each row is called. @type {string[]} */
    this.labels = [];
  }

  /**
   * The places, row by row: inputs and bias of each hinge, then the units that add them up.
   * @param {View} view
   */
  arrange(view) {
    const [first, second] = view.network.data.convolution;
    const reads = POSITIONS.flatMap((_, index) => (view.network.reads[index] ? [index] : []));
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
    const gates = second.names.slice(1).map((_, index) => `gate ${index + 1}`);
    this.labels = [...reads.map((input) => POSITIONS[input]), "bias", "tables", ...gates];
  }

  /**
   * @param {View} view
   * @param {number} width
   */
  draw(view, width) {
    this.arrange(view);
    if (width <= 0) return;
    const columns = this.slots[0].length;
    this.cell = Math.max(1, (width - LABELS) / (columns + 2));
    this.high = this.slots.length > 16 ? 9 : 11;
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
    context.fillStyle = view.colours.faint;
    context.font = `${this.high - 1}px ${FONT}`;
    context.textAlign = "right";
    context.textBaseline = "middle";
    this.labels.forEach((label, row) => {
      context.fillText(label, LABELS - 5, this.corner(row, 0)[1] + this.high / 2 - 0.5);
    });
    this.slots.forEach((row, r) => {
      row.forEach(({ place }, c) => {
        if (!place) return;
        const value = weightAt(view.network.data.convolution, place);
        const [x, y] = this.corner(r, c);
        const lit = !trace || tookPart(trace, place);
        const marked =
          hovered &&
          (hovered[0] === 0
            ? isOfHinge(place, hovered[1])
            : place[0] === 1 && place[1] === hovered[1]);
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
        context.fillRect(x, y, Math.max(this.cell - 0.6, 0.8), this.high - 1);
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
    context.strokeRect(x - 1, y - 1, this.cell + 1.4, this.high + 1);
  }

  /**
   * @param {number} row
   * @param {number} column
   * @returns {[number, number]}
   */
  corner(row, column) {
    const cell = this.cell;
    const hinges = this.slots[0].length - 2;
    const gap = (row >= this.firstRows ? 6 : 0) + 1;
    return [LABELS + column * cell + (column >= hinges ? 1.2 * cell : 0), row * this.high + gap];
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
        const inside = event.clientX - box.left >= x && event.clientX - box.left < x + this.cell;
        if (inside && event.clientY - box.top >= y && event.clientY - box.top < y + this.high)
          best = this.slots[r][c].place;
      }
    }
    return best;
  }

  /**
   * The place beside one, or where to begin; null where there is no weight.
   * @param {Place | null} from
   * @param {[number, number]} move rows down, columns to the right
   */
  beside(from, [down, right]) {
    const chosen = from?.join();
    const row = this.slots.findIndex((line) => line.some(({ place }) => place?.join() === chosen));
    if (!from || row < 0) return this.slots[this.firstRows][0].place;
    const column = this.slots[row].findIndex(({ place }) => place?.join() === chosen);
    const to = this.slots[Math.min(this.slots.length - 1, Math.max(0, row + down))];
    return to[Math.min(to.length - 1, Math.max(0, column + right))].place;
  }
}
