/** Level 2: the grid of the current layer on a canvas, and the pointer and keys on it. */

import { h, sizeOf } from "./dom.js";
import { drawGradient, drawUpdate } from "./gradients.js";
import { drawHeadings } from "./headings.js";
import { Layout } from "./layout.js";
import { Legend } from "./legend.js";
import { drawActive, drawDifference, drawSelection, drawWaves, hasWaveNumbers } from "./marks.js";
import { Pictures } from "./pictures.js";
import { gridAt } from "./session.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./view.js").View} View */

/** The panel in the middle. */
export class GridPanel {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    /** @type {View | null} */
    this.view = null;
    this.layoutKey = "";
    this.scale = 1;
    /** @type {Layout | null} */
    this.layout = null;
    /** @type {Pictures | null} */
    this.pictures = null;
    /** What stands on the canvas: a number for each pixel. @type {Int16Array | null} */
    this.drawn = null;
    this.drawnKey = "";
    this.canvas = h("canvas", {
      class: "rv-canvas",
      tabindex: 0,
      role: "application",
      onpointerdown: (/** @type {PointerEvent} */ event) => this.choose(event),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
    });
    this.box = h("div", { class: "rv-canvas-box" }, this.canvas);
    this.boxSize = sizeOf(this.box, () => model.listener.render());
    this.legend = new Legend();
    this.caption = h("p", { class: "rv-caption" });
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
      this.legend.element,
    );
  }

  /** @param {View} view */
  update(view) {
    this.view = view;
    this.arrange(view);
    this.draw(view);
    if (view.rows === 1) this.follow(view);
    this.describe(view);
    this.legend.update(view);
  }

  /** @param {View} view */
  arrange(view) {
    const headed = view.content.kind === "learner";
    const layout = new Layout(view.rows, view.columns, this.boxSize, headed);
    const scale = window.devicePixelRatio || 1;
    const key = [layout.wide, layout.high, scale, layout.size, view.dark].join();
    if (this.layoutKey === key) return;
    this.layoutKey = key;
    this.layout = layout;
    this.scale = scale;
    this.canvas.width = Math.round(layout.wide * scale);
    this.canvas.height = Math.round(layout.high * scale);
    this.canvas.style.width = `${layout.wide}px`;
    this.canvas.style.height = `${layout.high}px`;
    this.drawn = null;
    this.pictures = new Pictures(view.content, layout.size, scale, view.dark);
  }

  /** @param {View} view */
  draw(view) {
    const context = this.canvas.getContext("2d");
    const { layout, pictures } = this;
    if (!context || !layout || !pictures) return;
    context.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    // Overlays change everything; without them, only pixels that changed are drawn again.
    const plain =
      view.moment.kind === "forward" &&
      !view.cell &&
      !view.compared &&
      !view.active &&
      !hasWaveNumbers(layout);
    const key = `${view.moment.kind} ${view.columnsKey} ${plain}`;
    if (!plain || this.drawnKey !== key) this.drawn = null;
    this.drawnKey = key;
    if (!this.drawn) {
      context.clearRect(0, 0, this.canvas.width, this.canvas.height);
      drawHeadings(context, layout, view);
    }
    if (view.moment.kind === "update") {
      drawUpdate(context, layout, view);
      drawSelection(context, layout, view);
      this.drawn = null;
      return;
    }
    const changed = view.layer > 0 ? gridAt(view.pass, view.layer - 1) : view.grid;
    for (let pixel = 0; pixel < view.grid.length; pixel++) {
      const code = view.grid[pixel];
      const fresh = changed[pixel] !== code;
      const stamp = fresh ? code + 20000 : code;
      if (this.drawn?.[pixel] === stamp) continue;
      const [x, y] = layout.corner(pixel);
      context.drawImage(pictures.of(code, fresh), x, y, layout.size, layout.size);
      if (this.drawn) this.drawn[pixel] = stamp;
    }
    if (!this.drawn) {
      this.drawn = Int16Array.from(view.grid, (code, pixel) =>
        changed[pixel] !== code ? code + 20000 : code,
      );
    }
    drawWaves(context, layout, view);
    if (view.moment.kind === "backward") drawGradient(context, layout, view);
    if (view.active) drawActive(context, layout, view);
    if (view.compared) drawDifference(context, layout, view);
    drawSelection(context, layout, view);
  }

  /**
   * Scrolls to where the machine's head is on a long tape.
   * @param {View} view
   */
  follow(view) {
    const head = view.grid.findIndex((code) => view.content.meanings[code]?.role === "head");
    if (head < 0 || !this.layout) return;
    const [x] = this.layout.corner(head);
    const { scrollLeft, clientWidth } = this.box;
    const { size } = this.layout;
    if (x < scrollLeft + size || x + 2 * size > scrollLeft + clientWidth)
      this.box.scrollLeft = x - clientWidth / 2;
  }

  /** @param {View} view */
  describe(view) {
    const { pass, moment } = view;
    const what =
      moment.kind === "update"
        ? "the memory W after the step"
        : moment.kind === "backward"
          ? `gradient of the output f with respect to layer ${moment.layer}`
          : moment.layer === 0 && view.content.kind === "learner"
            ? "layer 0: the memory, W times the signs z"
            : !pass.run.failure &&
                moment.layer === pass.run.computed &&
                moment.layer < pass.run.layers
              ? `layer ${moment.layer}, and so on up to layer ${pass.run.layers}: nothing changes any more`
              : `layer ${moment.layer} of ${pass.run.layers}`;
    this.caption.textContent = what;
    const cell = view.cell ? `; chosen: ${view.describeCell(...view.cell)}` : "";
    this.canvas.setAttribute(
      "aria-label",
      `Grid of ${view.rows} rows and ${view.columns} columns, ${what}${cell}. Arrow keys choose a cell.`,
    );
  }

  /** @param {PointerEvent} event */
  choose(event) {
    const box = this.canvas.getBoundingClientRect();
    const cell = this.layout?.cellAt(event.clientX - box.left, event.clientY - box.top) ?? null;
    this.model.set({ cell });
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
    this.model.set({ cell: clamped });
    this.model.say(this.view.describeCell(...clamped));
  }
}
