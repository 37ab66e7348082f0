/** The page as a whole: one state, one view of it, and the panels that show the view. */

import { AlgorithmPanel } from "./algorithm.js";
import { CellPanel } from "./cell.js";
import { columnName, meaningOf, rowName } from "./content.js";
import { DataPanel } from "./data.js";
import { h } from "./dom.js";
import { activeAt } from "./explain.js";
import { GridPanel } from "./grid.js";
import { flipBit, LessonPanel, lessonEdits, lessonState } from "./lessons.js";
import { NetworkError } from "./network.js";
import { NeuronPanel } from "./neurons.js";
import { patchAt } from "./passes.js";
import { gridAt, prediction, Session } from "./session.js";
import { dataText, decode, encode, History } from "./state.js";
import { momentAt, momentCount, phases } from "./timeline.js";
import { Toolbar } from "./toolbar.js";
import { Transport } from "./transport.js";
import { WeightPanel } from "./weights.js";

/** @typedef {import("./content.js").Content} Content */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./training.js").Pass} Pass */
/** @typedef {{ink: string, faint: string, line: string, accent: string, warm: string, warmInk: string, wrong: string, positive: string, negative: string}} PageColours */
/** Where the state is kept: the page's address, or nowhere. @typedef {{read(): string, write(text: string): void}} Address */
/**
 * What there is to show. The grid is that of `layer`; `next` is the chosen cell's code in the layer after.
 * @typedef {object} View
 * @property {State} state
 * @property {Content} content
 * @property {import("./network.js").Network} network
 * @property {Pass[]} passes
 * @property {Pass[]} sound
 * @property {Pass} pass
 * @property {number} passNumber
 * @property {number} at
 * @property {import("./timeline.js").Moment} moment
 * @property {import("./timeline.js").Phase[]} phases
 * @property {number} layer
 * @property {Int16Array} grid
 * @property {number} rows
 * @property {number} columns
 * @property {[number, number] | null} cell
 * @property {[number, number] | null} unit
 * @property {[number, number] | null} hovered
 * @property {number[] | null} active
 * @property {number[] | null} patch
 * @property {number[] | null} slopes
 * @property {number | null} next
 * @property {string} nextProblem
 * @property {number | null} prediction
 * @property {number | null} soundPrediction
 * @property {boolean} damaged
 * @property {import("./session.js").Difference | null} difference
 * @property {string} refusal
 * @property {boolean} dark
 * @property {PageColours} colours
 * @property {string} dataKey
 * @property {string} damageKey
 * @property {string} passKey
 * @property {string} columnsKey
 * @property {(row: number, column: number) => string} describeCell
 */

const LIGHT = {
  ink: "#1b2733",
  faint: "#5a6672",
  line: "#d5dbe1",
  accent: "#0b5cab",
  warm: "#ffb066",
  warmInk: "#4a2200",
  wrong: "#b3005e",
  positive: "#c85a00",
  negative: "#0b5cab",
};
const DARK = {
  ink: "#e8edf2",
  faint: "#9aa7b4",
  line: "#39424d",
  accent: "#6cb6ff",
  warm: "#e08a3c",
  warmInk: "#1f0e00",
  wrong: "#ff7ab8",
  positive: "#ff9d4d",
  negative: "#6cb6ff",
};

/** The application in one element. */
export class App {
  /**
   * @param {HTMLElement} root
   * @param {Content} content
   * @param {Address} address
   */
  constructor(root, content, address) {
    this.root = root;
    this.content = content;
    this.address = address;
    this.session = new Session(content);
    this.history = new History();
    this.playing = false;
    this.printing = false;
    this.writing = 0;
    this.revealed = "";
    this.phasesKey = "";
    /** @type {import("./timeline.js").Phase[]} */
    this.phases = [];
    this.speed = 4;
    this.theme = "auto";
    /** @type {[number, number] | null} */
    this.hovered = null;
    this.ownData = content.data ? dataText(content.data) : "";
    this.live = h("p", { class: "rv-hidden", role: "status", "aria-live": "polite" });
    this.panels = {
      toolbar: new Toolbar(this),
      lesson: new LessonPanel(this),
      algorithm: new AlgorithmPanel(this),
      data: new DataPanel(this),
      grid: new GridPanel(this),
      cell: new CellPanel(this),
      neurons: new NeuronPanel(this),
      weights: new WeightPanel(this),
      transport: new Transport(this),
    };
    const { toolbar, lesson, algorithm, data, grid, cell, neurons, weights, transport } =
      this.panels;
    root.classList.add("rv");
    root.replaceChildren(
      toolbar.element,
      lesson.element,
      toolbar.whatIf,
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
    this.scheme = window.matchMedia("(prefers-color-scheme: dark)");
    this.scheme.addEventListener("change", () => this.render());
    window.addEventListener("beforeprint", () => this.print(true));
    window.addEventListener("afterprint", () => this.print(false));
    /** @type {State} */
    this.state = this.initial();
    this.load(address.read());
  }

  /** @returns {State} */
  initial() {
    const data = this.content.data ? structuredClone(this.content.data) : null;
    return {
      data,
      damage: [],
      pass: Number.POSITIVE_INFINITY,
      at: 0,
      cell: null,
      unit: null,
      weight: null,
      lesson: "",
      step: 0,
      level: "",
    };
  }

  /**
   * Takes over the state of an address.
   * @param {string} text
   */
  load(text) {
    const found = decode(text);
    const state = { ...this.initial(), ...found };
    const sizes = this.content.learner?.depths;
    if (state.data && !sizes?.[state.data.examples.length]?.[state.data.test.length]) {
      state.data = this.initial().data;
    }
    if (!this.content.data) state.data = null;
    this.state = state;
    const { lesson, step } = state;
    if (lesson && found.at === undefined) this.lesson(lesson, step);
    else this.render();
  }

  /**
   * Moves about: time, choice of cell or unit. Nothing that undo takes back.
   * @param {Partial<State>} change
   * @param {{stop?: boolean}} [options]
   */
  set(change, { stop = false } = {}) {
    if (stop) this.playing = false;
    this.state = { ...this.state, ...change };
    this.render();
  }

  /**
   * Changes data or weights; undo takes it back.
   * @param {Partial<State>} change
   */
  edit(change) {
    this.history.record(this.state);
    this.set(change, { stop: true });
  }

  /** @param {"undo" | "redo"} what */
  travel(what) {
    const state = this.history[what](this.state);
    if (state) this.set(state, { stop: true });
  }

  /**
   * @param {number} row
   * @param {number} column
   */
  flip(row, column) {
    if (!this.state.data) return;
    const data = structuredClone(this.state.data);
    flipBit(data, row, column);
    this.edit({ data });
  }

  /**
   * @param {string} key
   * @param {number} step
   */
  lesson(key, step) {
    const lesson = (this.content.lessons ?? []).find((each) => each.key === key);
    const at = lesson?.steps[step];
    if (!lesson || !at) {
      this.set({ lesson: "", step: 0 });
      return;
    }
    const edits = lessonEdits(this.content, lesson, at);
    this.session.use(edits.data, edits.damage);
    this.set(
      { ...edits, ...lessonState(this.content, at, this.session.passes), lesson: key, step },
      { stop: true },
    );
  }

  leaveLesson() {
    this.set({ lesson: "", step: 0, level: "" });
  }

  /** @param {number} by */
  stepBy(by) {
    const view = this.view();
    this.set(
      { pass: view.passNumber, at: Math.min(view.phases.length - 1, Math.max(0, view.at + by)) },
      { stop: true },
    );
  }

  /** @param {number} at */
  jump(at) {
    const view = this.view();
    this.set({ pass: view.passNumber, at: Math.min(view.phases.length - 1, at) }, { stop: true });
  }

  /** @param {number} by */
  passBy(by) {
    const view = this.view();
    this.set(
      { pass: Math.min(view.passes.length - 1, Math.max(0, view.passNumber + by)), at: 0 },
      { stop: true },
    );
  }

  togglePlay() {
    this.playing = !this.playing;
    if (!this.playing) {
      this.render();
      return;
    }
    const view = this.view();
    if (view.passNumber === view.passes.length - 1 && view.at === view.phases.length - 1)
      this.set({ at: 0 });
    let shown = performance.now();
    const tick = (/** @type {number} */ now) => {
      if (!this.playing || !this.root.isConnected) return;
      // Half a frame of tolerance, so that 60 layers a second are one layer a frame.
      if (now - shown >= 1000 / this.speed - 8) {
        shown = now;
        this.advance();
      }
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    this.render();
  }

  /** On to the next moment; after the last of a pass, to the next pass. */
  advance() {
    const { passNumber, passes, at, phases: all } = this.view();
    if (at < all.length - 1) this.set({ at: at + 1 });
    else if (passNumber < passes.length - 1) this.set({ pass: passNumber + 1, at: 0 });
    else this.set({}, { stop: true });
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.speed = speed;
  }

  /** @param {[number, number] | null} unit */
  hover(unit) {
    if (unit?.join() === this.hovered?.join()) return;
    this.hovered = unit;
    const view = this.view();
    this.panels.grid.update(view);
    this.panels.weights.view = view;
    this.panels.weights.draw();
  }

  /** @param {string} theme */
  setTheme(theme) {
    this.theme = theme;
    this.root.dataset.theme = theme;
    this.render();
  }

  /** @param {boolean} begins */
  print(begins) {
    this.root.dataset.theme = begins ? "light" : this.theme;
    this.printing = begins;
    this.render();
  }

  /**
   * Tells people who cannot see it.
   * @param {string} text
   */
  say(text) {
    this.live.textContent = text;
  }

  render() {
    const view = this.view();
    for (const panel of Object.values(this.panels)) panel.update(view);
    const { level } = view.state;
    if (this.root.dataset.focus !== level) {
      this.root.dataset.focus = level;
    }
    const shown = `${level} ${view.state.lesson} ${view.state.step}`;
    if (level && shown !== this.revealed) this.reveal(level);
    this.revealed = shown;
    window.clearTimeout(this.writing);
    this.writing = window.setTimeout(
      () =>
        this.address.write(
          encode({ ...this.state, pass: view.passNumber, at: view.at }, this.ownData),
        ),
      200,
    );
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
    if (own.top < outer.top || own.height > outer.height)
      column.scrollTop += own.top - outer.top - 4;
    else if (own.bottom > outer.bottom) column.scrollTop += own.bottom - outer.bottom + 4;
  }

  /** @returns {View} */
  view() {
    const { state, content, session } = this;
    session.use(state.data, state.damage);
    const { passes, network } = session;
    const passNumber = Math.max(0, Math.min(passes.length - 1, state.pass));
    const pass = passes[passNumber];
    const at = Math.max(0, Math.min(momentCount(pass) - 1, state.at));
    const moment = momentAt(pass, at);
    const { rows, columns } = pass.run;
    const grid = gridAt(pass, moment.layer);
    const cell =
      state.cell &&
      state.cell[0] >= 0 &&
      state.cell[1] >= 0 &&
      state.cell[0] < rows &&
      state.cell[1] < columns
        ? state.cell
        : null;
    const patch = (/** @type {number} */ row, /** @type {number} */ column) =>
      patchAt(network, grid, rows, columns, row, column);
    const own = cell ? patch(...cell) : null;
    const unit = this.hovered ?? state.unit;
    const dark = this.printing
      ? false
      : this.theme === "auto"
        ? this.scheme.matches
        : this.theme === "dark";
    const dataKey = state.data ? dataText(state.data) : "";
    const damageKey = JSON.stringify(state.damage);
    const passKey = `${passNumber} ${dataKey} ${damageKey}`;
    if (this.phasesKey !== passKey) {
      this.phasesKey = passKey;
      this.phases = phases(pass, content.meanings);
    }
    return {
      state,
      content,
      network,
      passes,
      sound: session.sound,
      pass,
      passNumber,
      at,
      moment,
      phases: this.phases,
      layer: moment.layer,
      grid,
      rows,
      columns,
      cell,
      unit: state.unit,
      hovered: this.hovered,
      active:
        unit && network.convolution[unit[0]]?.[unit[1]]
          ? activeAt(network, unit[0], unit[1], patch, rows, columns)
          : null,
      patch: own,
      ...nextOf(network, own),
      prediction: prediction(network, passes),
      soundPrediction: prediction(session.soundNetwork, session.sound),
      damaged: session.damaged && !session.refusal,
      difference: session.difference,
      refusal: session.refusal,
      dark,
      colours: dark ? DARK : LIGHT,
      dataKey,
      damageKey,
      passKey,
      columnsKey: `${rows} ${columns} ${passKey}`,
      describeCell: (row, column) => {
        const where =
          content.kind === "learner"
            ? `row ${rowName(content, row, rows)}, column ${columnName(content, column, pass.inputs.length - 1) || "work"}`
            : `row ${row + 1}, column ${column + 1}`;
        return `${where}: ${meaningOf(content, grid[row * columns + column]).words}`;
      },
    };
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
    const mod = event.ctrlKey || event.metaKey;
    if (mod && event.key.toLowerCase() === "z" && !typing) {
      event.preventDefault();
      this.travel(event.shiftKey ? "redo" : "undo");
      return;
    }
    if (mod || event.altKey || (typing && target.getAttribute("type") !== "range")) return;
    const pressed = target.tagName === "BUTTON" || target.tagName === "SUMMARY";
    /** @type {Record<string, () => void>} */
    const actions = {
      " ": () => this.togglePlay(),
      ArrowRight: () => this.stepBy(1),
      ArrowLeft: () => this.stepBy(-1),
      ".": () => this.stepBy(1),
      ",": () => this.stepBy(-1),
      "]": () => this.passBy(1),
      "[": () => this.passBy(-1),
      Home: () => this.jump(0),
      End: () => this.jump(Number.POSITIVE_INFINITY),
      Escape: () => this.set({ cell: null, unit: null, weight: null }),
      n: () => this.state.lesson && this.lesson(this.state.lesson, this.state.step + 1),
      p: () =>
        this.state.lesson &&
        this.state.step > 0 &&
        this.lesson(this.state.lesson, this.state.step - 1),
      g: () => this.panels.grid.canvas.focus(),
      w: () => this.panels.weights.canvas.focus(),
      "?": () => this.panels.toolbar.help(),
    };
    const action = actions[event.key];
    if (!action || (event.key === " " && pressed)) return;
    event.preventDefault();
    action();
  }
}

/**
 * What the chosen cell becomes, and the slopes of its step.
 * @param {import("./network.js").Network} network
 * @param {number[] | null} patch
 */
function nextOf(network, patch) {
  if (!patch) return { next: null, nextProblem: "", slopes: null };
  try {
    const next = network.next(patch);
    try {
      return { next, nextProblem: "", slopes: network.jacobian(patch) };
    } catch (error) {
      if (error instanceof NetworkError) return { next, nextProblem: "", slopes: null };
      throw error;
    }
  } catch (error) {
    if (error instanceof NetworkError)
      return { next: null, nextProblem: error.message, slopes: null };
    throw error;
  }
}
