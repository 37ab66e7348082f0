/** Level 2: the grid of the current layer on a canvas. Tiles are drawn once for each code and size. */

import { columnName, meaningOf, rowName } from "./content.js";
import { h, number, sizeOf, thirds } from "./dom.js";
import { patchAt } from "./passes.js";
import { differing, gridAt } from "./session.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").View} View */

const LARGEST = 72;
const SMALLEST = 5;
const FONT = "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', sans-serif";

/** The canvas with its headings, and the pointer and keys on it. */
export class GridPanel {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.size = 0;
    this.scale = 1;
    this.layoutKey = "";
    /** @type {View | null} */
    this.view = null;
    this.left = 0;
    this.top = 0;
    /** @type {Map<string, HTMLCanvasElement>} */
    this.tiles = new Map();
    /** @type {Int16Array | null} */
    this.drawn = null;
    this.drawnKey = "";
    this.canvas = h("canvas", {
      class: "rv-canvas",
      tabindex: 0,
      role: "img",
      onpointerdown: (/** @type {PointerEvent} */ event) => this.choose(event),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
    });
    this.box = h("div", { class: "rv-canvas-box" }, this.canvas);
    this.boxSize = sizeOf(this.box, () => app.render());
    this.legend = h("ul", { class: "rv-legend", "aria-label": "What the colours mean" });
    this.caption = h("p", { class: "rv-caption" });
    this.legendKey = "";
    this.element = h(
      "section",
      { class: "rv-panel rv-grid", "data-level": "grid", "aria-label": "Level 2: the grid" },
      h(
        "div",
        { class: "rv-head" },
        h("h2", {}, h("span", { class: "rv-no" }, "2"), "Grid"),
        this.caption,
      ),
      this.box,
      this.legend,
    );
  }

  /** @param {View} view */
  update(view) {
    this.view = view;
    this.layout(view);
    this.draw(view);
    this.describe(view);
    this.drawLegend(view);
  }

  /** @param {View} view */
  layout(view) {
    const learner = view.content.kind === "learner";
    this.left = learner ? 40 : 4;
    this.top = learner ? 44 : 4;
    const width = this.boxSize.width - this.left - 4;
    const height = this.boxSize.height - this.top - 4;
    const fit = Math.min(width / view.columns, height / view.rows, LARGEST);
    this.size = Math.max(SMALLEST, Math.floor(fit));
    const scale = window.devicePixelRatio || 1;
    const wide = this.left + this.size * view.columns + 3;
    const high = this.top + this.size * view.rows + 3;
    const key = [wide, high, scale, this.size, view.dark].join();
    if (this.layoutKey === key) return;
    this.layoutKey = key;
    this.canvas.width = Math.round(wide * scale);
    this.canvas.height = Math.round(high * scale);
    this.canvas.style.width = `${wide}px`;
    this.canvas.style.height = `${high}px`;
    this.scale = scale;
    this.drawn = null;
    this.tiles.clear();
  }

  /** @param {View} view */
  draw(view) {
    const context = this.canvas.getContext("2d");
    if (!context) return;
    context.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    // Overlays change everything; without them, only pixels that changed are drawn again.
    const plain = view.moment.kind === "forward" && !view.cell && !view.damaged && !view.active;
    const key = `${view.moment.kind} ${view.columnsKey} ${plain}`;
    if (!plain || this.drawnKey !== key) this.drawn = null;
    this.drawnKey = key;
    if (!this.drawn) {
      context.clearRect(0, 0, this.canvas.width, this.canvas.height);
      this.drawHeadings(context, view);
    }
    if (view.moment.kind === "update") {
      this.drawUpdate(context, view);
      this.drawSelection(context, view);
      this.drawn = null;
      return;
    }
    const changed = view.layer > 0 ? gridAt(view.pass, view.layer - 1) : view.grid;
    for (let pixel = 0; pixel < view.grid.length; pixel++) {
      const code = view.grid[pixel];
      const fresh = changed[pixel] !== code;
      const stamp = fresh ? code + 20000 : code;
      if (this.drawn?.[pixel] === stamp) continue;
      const [x, y] = this.corner(view, pixel);
      context.drawImage(this.tile(view, code, fresh), x, y, this.size, this.size);
      if (this.drawn) this.drawn[pixel] = stamp;
    }
    if (!this.drawn) {
      this.drawn = Int16Array.from(view.grid, (code, pixel) =>
        changed[pixel] !== code ? code + 20000 : code,
      );
    }
    if (view.moment.kind === "backward") this.drawGradient(context, view);
    if (view.active) this.drawActive(context, view);
    if (view.damaged) this.drawDifference(context, view);
    this.drawSelection(context, view);
  }

  /**
   * @param {View} view
   * @param {number} pixel
   * @returns {[number, number]}
   */
  corner(view, pixel) {
    const row = Math.floor(pixel / view.columns);
    return [this.left + (pixel - row * view.columns) * this.size, this.top + row * this.size];
  }

  /**
   * The picture of a code.
   * @param {View} view
   * @param {number} code
   * @param {boolean} fresh whether the pixel changed in this layer
   */
  tile(view, code, fresh) {
    const key = `${code} ${fresh}`;
    const known = this.tiles.get(key);
    if (known) return known;
    const meaning = meaningOf(view.content, code);
    const [fill0, fill1, ink] = view.content.palette[meaning.colour][view.dark ? "dark" : "light"];
    const tile = document.createElement("canvas");
    const scale = this.scale;
    tile.width = tile.height = Math.round(this.size * scale);
    const context = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
    context.scale(tile.width / this.size, tile.width / this.size);
    const size = this.size;
    const gap = size > 12 ? 1 : 0.5;
    context.fillStyle = meaning.shade ? fill1 : fill0;
    context.beginPath();
    context.roundRect(gap, gap, size - 2 * gap, size - 2 * gap, size > 20 ? 4 : 0);
    context.fill();
    context.strokeStyle = view.dark ? "rgba(255,255,255,0.14)" : "rgba(20,30,40,0.16)";
    context.lineWidth = 1;
    if (size > 12) context.stroke();
    if (fresh && size > 16) {
      context.strokeStyle = ink;
      context.lineWidth = 1.6;
      context.stroke();
    }
    if (size > 11) {
      context.fillStyle = ink;
      context.textAlign = "center";
      context.textBaseline = "middle";
      const long = meaning.text.length > 2;
      context.font = `600 ${Math.round(size * (long ? 0.3 : 0.46))}px ${FONT}`;
      context.fillText(meaning.text, size / 2, size / 2 + size * 0.03, size - 4);
      if (size > 24) {
        if (meaning.mark) {
          context.textAlign = "right";
          context.font = `600 ${Math.round(Math.max(11, size * 0.26))}px ${FONT}`;
          context.fillText(meaning.mark, size - 5, size * 0.22);
        }
        if (meaning.role === "head") {
          context.textAlign = "center";
          context.font = `500 ${Math.round(Math.max(9, size * 0.2))}px ${FONT}`;
          context.fillText(meaning.fields.state, size / 2, size * 0.82, size - 6);
        }
      }
    }
    this.tiles.set(key, tile);
    return tile;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {View} view
   */
  drawHeadings(context, view) {
    if (view.content.kind !== "learner") return;
    const { ink, faint } = view.colours;
    const features = view.pass.inputs.length - 1;
    context.textBaseline = "middle";
    context.textAlign = "center";
    const small = this.size < 26;
    for (let column = 0; column < view.columns; column++) {
      const x = this.left + (column + 0.5) * this.size;
      context.fillStyle = faint;
      context.font = `500 ${small ? 10 : 13}px ${FONT}`;
      if (!small || column % 5 === 0) {
        context.fillText(
          columnName(view.content, column, features),
          x,
          11,
          this.size * (small ? 4 : 0.96),
        );
      }
      const z = view.pass.inputs[column];
      if (z === undefined || this.size < 12) continue;
      context.fillStyle = ink;
      context.font = `600 ${small ? 11 : 14}px ${FONT}`;
      context.fillText(z < 0 ? "−" : "+", x, 31);
    }
    context.textAlign = "right";
    context.fillStyle = faint;
    context.font = `500 13px ${FONT}`;
    context.fillText("z =", this.left - 8, 31);
    for (let row = 0; row < view.rows; row++) {
      const name = rowName(view.content, row, view.rows);
      if (this.size < 14 && row % 5 && name !== "test") continue;
      context.fillText(name, this.left - 8, this.top + (row + 0.5) * this.size);
    }
  }

  /**
   * The gradient of the output by this layer's pixels; everything without one is dimmed.
   * @param {CanvasRenderingContext2D} context
   * @param {View} view
   */
  drawGradient(context, view) {
    const gradient = view.pass.gradients[view.layer];
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let pixel = 0; pixel < gradient.length; pixel++) {
      const [x, y] = this.corner(view, pixel);
      if (!gradient[pixel]) {
        context.fillStyle = view.dark ? "rgba(13,17,23,0.72)" : "rgba(255,255,255,0.74)";
        context.fillRect(x, y, this.size, this.size);
        continue;
      }
      this.value(context, view, x, y, number(gradient[pixel], true));
    }
    if (view.layer >= view.pass.run.computed) return;
    // From which pixels of the layer above the gradient comes, where that is not the pixel itself.
    const above = view.pass.gradients[view.layer + 1];
    for (let pixel = 0; pixel < above.length; pixel++) {
      if (!above[pixel]) continue;
      const row = Math.floor(pixel / view.columns);
      const patch = patchAt(
        view.network,
        view.grid,
        view.rows,
        view.columns,
        row,
        pixel % view.columns,
      );
      view.network.jacobian(patch).forEach((slope, position) => {
        if (slope && position !== 4) this.arrow(context, view, pixel, position);
      });
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {View} view
   * @param {number} pixel
   * @param {number} position
   */
  arrow(context, view, pixel, position) {
    const [x, y] = this.corner(view, pixel);
    context.strokeStyle = view.colours.accent;
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(x + this.size / 2, y + this.size / 2);
    context.lineTo(
      x + this.size * ((position % 3) - 0.5),
      y + this.size * (Math.floor(position / 3) - 0.5),
    );
    context.stroke();
  }

  /**
   * A number in a cell that the gradient or the update reaches.
   * @param {CanvasRenderingContext2D} context
   * @param {View} view
   * @param {number} x
   * @param {number} y
   * @param {string} text
   */
  value(context, view, x, y, text) {
    const size = this.size;
    context.fillStyle = view.colours.warm;
    context.beginPath();
    context.roundRect(x + 2, y + 2, size - 4, size - 4, size > 20 ? 4 : 0);
    context.fill();
    if (size < 16) return;
    context.fillStyle = view.colours.warmInk;
    context.font = `600 ${Math.round(size * 0.36)}px ${FONT}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(text, x + size / 2, y + size / 2 + 1, size - 6);
  }

  /**
   * The memory after the update: numbers of W, and the row that changed.
   * @param {CanvasRenderingContext2D} context
   * @param {View} view
   */
  drawUpdate(context, view) {
    const { palette } = view.content;
    const theme = view.dark ? "dark" : "light";
    for (let row = 0; row < view.rows; row++) {
      for (let column = 0; column < view.columns; column++) {
        const [x, y] = this.corner(view, row * view.columns + column);
        const weight = view.pass.memory[row][column];
        if (weight === undefined) continue; // the work column is no memory
        const change = view.pass.change[row]?.[column] ?? 0;
        const value = weight + change;
        if (change) {
          this.value(context, view, x, y, thirds(value, true));
          continue;
        }
        const [fill0, fill1, ink] = palette[weight ? "memory" : "blank"][theme];
        context.fillStyle = weight < 0 ? fill1 : fill0;
        context.beginPath();
        context.roundRect(x + 1, y + 1, this.size - 2, this.size - 2, this.size > 20 ? 4 : 0);
        context.fill();
        if (this.size > 12) {
          context.strokeStyle = view.dark ? "rgba(255,255,255,0.14)" : "rgba(20,30,40,0.16)";
          context.lineWidth = 1;
          context.stroke();
        }
        if (this.size < 16) continue;
        context.fillStyle = ink;
        context.textAlign = "center";
        context.textBaseline = "middle";
        context.font = `600 ${Math.round(this.size * 0.34)}px ${FONT}`;
        context.fillText(
          thirds(value, true),
          x + this.size / 2,
          y + this.size / 2 + 1,
          this.size - 6,
        );
      }
    }
  }

  /**
   * Where the unit under the pointer is above its threshold.
   * @param {CanvasRenderingContext2D} context
   * @param {View} view
   */
  drawActive(context, view) {
    context.fillStyle = view.colours.accent;
    const radius = Math.max(2, Math.min(5, this.size / 8));
    for (const pixel of view.active ?? []) {
      const [x, y] = this.corner(view, pixel);
      context.beginPath();
      context.arc(x + radius + 4, y + this.size - radius - 4, radius, 0, 7);
      context.fill();
    }
  }

  /**
   * Pixels in which the damaged run differs from the sound one.
   * @param {CanvasRenderingContext2D} context
   * @param {View} view
   */
  drawDifference(context, view) {
    const sound = view.sound[view.passNumber];
    if (!sound) return;
    context.strokeStyle = view.colours.wrong;
    context.lineWidth = 3;
    context.setLineDash([4, 3]);
    for (const pixel of differing(view.grid, gridAt(sound, view.layer))) {
      const [x, y] = this.corner(view, pixel);
      context.strokeRect(x + 3, y + 3, this.size - 6, this.size - 6);
    }
    context.setLineDash([]);
    const { failure } = view.pass.run;
    if (!failure || view.layer !== view.pass.run.computed) return;
    const [x, y] = this.corner(view, failure.row * view.columns + failure.column);
    context.setLineDash([]);
    context.beginPath();
    context.moveTo(x + 4, y + 4);
    context.lineTo(x + this.size - 4, y + this.size - 4);
    context.moveTo(x + this.size - 4, y + 4);
    context.lineTo(x + 4, y + this.size - 4);
    context.stroke();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {View} view
   */
  drawSelection(context, view) {
    if (!view.cell) return;
    const [row, column] = view.cell;
    const [x, y] = this.corner(view, row * view.columns + column);
    const wide = Math.max(this.left - 1, x - this.size);
    const high = Math.max(this.top - 1, y - this.size);
    const right = Math.min(this.left + view.columns * this.size + 1, x + 2 * this.size);
    const low = Math.min(this.top + view.rows * this.size + 1, y + 2 * this.size);
    context.strokeStyle = view.colours.accent;
    context.lineWidth = 1.5;
    context.setLineDash([5, 4]);
    context.strokeRect(wide, high, right - wide, low - high);
    context.setLineDash([]);
    context.lineWidth = 3;
    context.strokeRect(x + 0.5, y + 0.5, this.size - 1, this.size - 1);
  }

  /** @param {View} view */
  describe(view) {
    const { pass, moment } = view;
    const what =
      moment.kind === "update"
        ? "the memory W after the step"
        : moment.kind === "backward"
          ? `gradient of the output by layer ${moment.layer}`
          : moment.layer === 0 && view.content.kind === "learner"
            ? "layer 0: the memory, W times the signs z"
            : `layer ${moment.layer} of ${pass.run.layers}`;
    this.caption.textContent = what;
    const cell = view.cell ? `; chosen: ${view.describeCell(...view.cell)}` : "";
    this.canvas.setAttribute(
      "aria-label",
      `Grid of ${view.rows} rows and ${view.columns} columns, ${what}${cell}. Arrow keys choose a cell.`,
    );
  }

  /** @param {View} view */
  drawLegend(view) {
    const codes = new Set(view.moment.kind === "forward" ? view.grid : []);
    /** @type {Map<string, import("./content.js").Meaning>} */
    const entries = new Map();
    for (const code of [...codes].sort((a, b) => a - b)) {
      const meaning = meaningOf(view.content, code);
      const known = entries.get(meaning.title);
      if (!known || known.shade < meaning.shade) entries.set(meaning.title, meaning);
    }
    const key = `${[...entries.keys()].join()} ${view.dark} ${view.moment.kind}`;
    if (key === this.legendKey) return;
    this.legendKey = key;
    const items = [...entries.values()].map((meaning) => {
      const [, fill1, ink] = view.content.palette[meaning.colour][view.dark ? "dark" : "light"];
      const chip = h(
        "span",
        { class: "rv-chip", "aria-hidden": "true" },
        meaning.mark || meaning.text,
      );
      chip.style.background = fill1;
      chip.style.color = ink;
      return h("li", {}, chip, meaning.title);
    });
    if (view.moment.kind !== "forward") {
      const chip = h("span", { class: "rv-chip", "aria-hidden": "true" }, "");
      chip.style.background = view.colours.warm;
      const text =
        view.moment.kind === "backward"
          ? "the output depends on this pixel"
          : "changed by this step";
      items.push(h("li", {}, chip, text));
    }
    this.legend.replaceChildren(...items);
  }

  /** @param {PointerEvent} event */
  choose(event) {
    if (!this.view) return;
    const box = this.canvas.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left - this.left) / this.size);
    const row = Math.floor((event.clientY - box.top - this.top) / this.size);
    if (row < 0 || row >= this.view.rows || column < 0 || column >= this.view.columns) {
      this.app.set({ cell: null });
    } else this.app.set({ cell: [row, column] });
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
    if (!move || !this.view || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey)
      return;
    event.preventDefault();
    event.stopPropagation();
    const [row, column] = this.view.cell ?? [0, 0];
    const next = this.view.cell ? [row + move[0], column + move[1]] : [0, 0];
    const clamped = /** @type {[number, number]} */ ([
      Math.min(this.view.rows - 1, Math.max(0, next[0])),
      Math.min(this.view.columns - 1, Math.max(0, next[1])),
    ]);
    this.app.set({ cell: clamped });
    this.app.say(this.view.describeCell(...clamped));
  }
}
