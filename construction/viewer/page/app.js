/** The page as a whole: the panels, in their places, and the view that they show. */

import { AlgorithmPanel } from "./algorithm.js";
import { CellPanel } from "./cell.js";
import { DataPanel } from "./data.js";
import { h } from "./dom.js";
import { GridPanel } from "./grid.js";
import { pressKey } from "./keys.js";
import { LessonPanel } from "./lessons.js";
import { Model } from "./model.js";
import { NeuronPanel } from "./neurons.js";
import { Toolbar } from "./toolbar.js";
import { Transport } from "./transport.js";
import { WeightPanel } from "./weights.js";
import { WhatIfPanel } from "./whatif.js";

/** Where the state is kept: the page's address, or nowhere. @typedef {{read(): string, write(text: string): void}} Address */

/** The application in one element. */
export class App {
  /**
   * @param {HTMLElement} root
   * @param {import("./content.js").Content} content
   * @param {Address} address
   */
  constructor(root, content, address) {
    this.root = root;
    this.address = address;
    this.writing = 0;
    this.revealed = "";
    this.live = h("p", { class: "rv-hidden", role: "status", "aria-live": "polite" });
    const model = new Model(content, {
      render: () => this.render(),
      hover: () => this.hover(),
      say: (text) => {
        this.live.textContent = text;
      },
    });
    this.model = model;
    this.panels = {
      toolbar: new Toolbar(model),
      lesson: new LessonPanel(model),
      whatIf: new WhatIfPanel(model),
      algorithm: new AlgorithmPanel(),
      data: new DataPanel(model),
      grid: new GridPanel(model),
      cell: new CellPanel(),
      neurons: new NeuronPanel(model),
      weights: new WeightPanel(model),
      transport: new Transport(model),
    };
    this.arrange();
    this.ended = new AbortController();
    const { signal } = this.ended;
    model.theme.system.addEventListener("change", () => this.render(), { signal });
    window.addEventListener("beforeprint", () => this.print(true), { signal });
    window.addEventListener("afterprint", () => this.print(false), { signal });
    model.load(address.read());
  }

  arrange() {
    const { toolbar, lesson, whatIf, algorithm, data, grid, cell, neurons, weights, transport } =
      this.panels;
    this.root.classList.add("rv");
    this.root.replaceChildren(
      toolbar.element,
      lesson.element,
      whatIf.element,
      h(
        "div",
        { class: "rv-main" },
        h("div", { class: "rv-left" }, algorithm.element, data.element),
        grid.element,
        h("div", { class: "rv-right" }, cell.element, neurons.element, weights.element),
      ),
      transport.element,
      this.live,
    );
  }

  /** When the element is taken away: nothing goes on. */
  close() {
    this.ended.abort();
    this.model.player.stop();
    window.clearTimeout(this.writing);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { toolbar, grid, weights } = this.panels;
    const help = () => toolbar.help();
    pressKey({ model: this.model, grid: grid.canvas, weights: weights.canvas, help }, event);
  }

  hover() {
    const view = this.model.view();
    this.panels.grid.update(view);
    this.panels.weights.view = view;
    this.panels.weights.draw();
  }

  /** @param {boolean} begins */
  print(begins) {
    this.model.theme.printing = begins;
    this.render();
  }

  render() {
    const view = this.model.view();
    this.root.dataset.theme = this.model.theme.name;
    for (const panel of Object.values(this.panels)) panel.update(view);
    const { level } = view.state;
    if (this.root.dataset.focus !== level) {
      this.root.dataset.focus = level;
    }
    const shown = `${level} ${view.state.lesson} ${view.state.step}`;
    if (level && shown !== this.revealed) this.reveal(level);
    this.revealed = shown;
    window.clearTimeout(this.writing);
    this.writing = window.setTimeout(() => this.address.write(this.model.address()), 200);
  }

  /**
   * Scrolls the panel of a level into its column, and nothing else.
   * @param {string} level
   */
  reveal(level) {
    const panel = /** @type {HTMLElement | null} */ (
      this.root.querySelector(`[data-level="${CSS.escape(level)}"]`)
    );
    let column = panel?.parentElement ?? null;
    while (column && column !== this.root && column.scrollHeight <= column.clientHeight) {
      column = column.parentElement;
    }
    if (!panel || !column || column === this.root) return;
    const [own, outer] = [panel.getBoundingClientRect(), column.getBoundingClientRect()];
    // In a narrow window the grid stays at the top, above what scrolls.
    const grid = this.panels.grid.element;
    const sticks = panel !== grid && getComputedStyle(grid).position === "sticky";
    const top = outer.top + (sticks ? grid.offsetHeight : 0);
    if (own.top < top || own.height > outer.bottom - top) column.scrollTop += own.top - top - 4;
    else if (own.bottom > outer.bottom) column.scrollTop += own.bottom - outer.bottom + 4;
  }
}
