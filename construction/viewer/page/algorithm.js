/** Level 1: what is happening in words, and the algorithm as on paper, as a table, or as a rule. */

import { fill, h } from "./dom.js";
import { MachineFigure } from "./machinefigure.js";
import { memoryFigure, PAPER_SIDE, updateFigure } from "./memoryfigure.js";
import { changedRows, narrate } from "./narrate.js";
import { rowReduction, waveState } from "./paper.js";
import { paperFigure } from "./paperfigure.js";
import { WAVES } from "./waves.js";

/** @typedef {import("./view.js").View} View */

/** The panel on the left. */
export class AlgorithmPanel {
  constructor() {
    this.title = h("h3", { class: "rv-now-title" });
    this.text = h("p", { class: "rv-now-text" });
    this.details = h("ul", { class: "rv-events" });
    this.figure = h("div", { class: "rv-figure" });
    this.figureKey = "";
    /** @type {MachineFigure | null} */
    this.machine = null;
    this.told = "";
    /** The column whose step on paper somebody wants to see, or -1. */
    this.column = -1;
    this.element = h(
      "section",
      {
        class: "rv-panel rv-algorithm",
        "data-level": "algorithm",
        "aria-label": "Level 1: the algorithm",
      },
      h("div", { class: "rv-head" }, h("h2", {}, h("span", { class: "rv-no" }, "1"), "Algorithm")),
      h("div", { class: "rv-words" }, this.title, this.text, this.details),
      this.figure,
    );
  }

  /** @param {View} view */
  update(view) {
    const words = narrate(view);
    const told = JSON.stringify(words);
    if (told !== this.told) this.tell(words);
    this.told = told;
    if (view.pass.kind === "sgd") this.drawStep(view);
    else if (view.phases[view.at] === "memory") this.drawMemory(view);
    else if (this.hasWaves(view)) this.drawPaper(view);
    else if (view.content.machine) this.drawMachine(view, view.content.machine.lines);
    else this.draw("", () => []);
  }

  /** @param {import("./narrate.js").Words} words */
  tell(words) {
    this.title.textContent = words.title;
    this.text.textContent = words.text;
    fill(this.details, ...words.details.map((detail) => h("li", {}, detail)));
  }

  /**
   * Draws a figure unless it stands there already.
   * @param {string} key
   * @param {() => (Node | false)[]} figure
   */
  draw(key, figure) {
    if (key === this.figureKey) return;
    this.figureKey = key;
    fill(this.figure, ...figure());
  }

  /** @param {View} view */
  hasWaves(view) {
    const { data } = view.state;
    const small = data && data.examples.length < PAPER_SIDE && data.test.length < PAPER_SIDE;
    const phase = view.phases[view.at];
    return view.content.name === WAVES && small && (phase === "computing" || phase === "answer");
  }

  /** @param {View} view */
  drawPaper(view) {
    const { data } = view.state;
    if (!data) return;
    const [m, d] = [data.examples.length, data.test.length];
    const paper = rowReduction(data);
    const states = paper.steps.map(({ column }) => waveState(column, view.layer, m, d));
    if (this.column >= d) this.column = -1;
    this.draw(`paper ${view.dataKey} ${states.join()} ${this.column}`, () =>
      paperFigure(view, paper, states, this.column, (column) => {
        const pressed = Math.max(column, this.column);
        this.column = column;
        this.drawPaper(view);
        this.figure.querySelectorAll("button")[pressed]?.focus();
      }),
    );
  }

  /** @param {View} view */
  drawStep(view) {
    const [row] = changedRows(view.pass.change);
    if (view.moment.kind !== "update" || row === undefined) this.drawMemory(view);
    else this.draw(`step ${view.passKey}`, () => updateFigure(view, row));
  }

  /** @param {View} view */
  drawMemory(view) {
    const { memory, inputs } = view.pass;
    if (memory.length > PAPER_SIDE || inputs.length > PAPER_SIDE) this.draw("", () => []);
    else this.draw(`memory ${view.passKey}`, () => memoryFigure(view));
  }

  /**
   * @param {View} view
   * @param {string[][]} lines
   */
  drawMachine(view, lines) {
    this.machine ??= new MachineFigure(lines);
    const { element } = this.machine;
    this.draw("machine", () => [element]);
    this.machine.update(view);
  }
}
