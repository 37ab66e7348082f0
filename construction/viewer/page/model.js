/** The state of the page, and everything that changes it. */

import { Theme } from "./colours.js";
import { dataText, flipBit, sameSize } from "./dataset.js";
import { lessonEdits, lessonState } from "./lessonsteps.js";
import { Player } from "./player.js";
import { Session } from "./session.js";
import { decode, encode, History } from "./state.js";
import { viewOf } from "./view.js";

/** @typedef {import("./content.js").Content} Content */
/** @typedef {import("./state.js").Pair} Pair */
/** @typedef {import("./state.js").State} State */
/**
 * What is told of changes: the state; the unit under the pointer; words for those who cannot see.
 * @typedef {{render(): void, hover(): void, say(text: string): void}} Listener
 */

/** What all panels share. */
export class Model {
  /**
   * @param {Content} content
   * @param {Listener} listener
   */
  constructor(content, listener) {
    this.content = content;
    this.listener = listener;
    this.session = new Session(content);
    this.history = new History();
    this.player = new Player(() => this.advance());
    this.theme = new Theme();
    /** @type {Pair | null} */
    this.hovered = null;
    this.ownData = content.data ? dataText(content.data) : "";
    /** @type {State} */
    this.state = this.initial();
  }

  /** @returns {State} */
  initial() {
    const data = this.content.data ? structuredClone(this.content.data) : null;
    return {
      data,
      base: data,
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

  view() {
    this.session.use(this.state.data, this.state.damage, this.state.base);
    return viewOf(this.session, this.state, this.hovered, this.theme);
  }

  /** The state as it stands in the address. */
  address() {
    const { passNumber, at } = this.view();
    return encode({ ...this.state, pass: passNumber, at }, this.ownData);
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
    const { data } = state;
    if (!data || !found.base || !sameSize(data, found.base)) state.base = data;
    this.state = state;
    const { lesson, step } = state;
    if (lesson && found.at === undefined) this.lesson(lesson, step);
    else this.listener.render();
  }

  /**
   * Moves about: time, choice of cell or unit. Nothing that undo takes back.
   * @param {Partial<State>} change
   * @param {{stop?: boolean}} [options]
   */
  set(change, { stop = false } = {}) {
    if (stop) this.player.stop();
    this.state = { ...this.state, ...change };
    this.listener.render();
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
    this.session.use(edits.data, edits.damage, edits.base);
    this.set(
      { ...edits, ...lessonState(this.content, at, this.session.passes), lesson: key, step },
      { stop: true },
    );
  }

  /** Back to the first screen; undo takes it back. */
  reset() {
    this.edit(this.initial());
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
    if (this.player.playing) this.player.stop();
    else {
      const view = this.view();
      const ended =
        view.passNumber === view.passes.length - 1 && view.at === view.phases.length - 1;
      if (ended) this.set({ at: 0 });
      this.player.start();
    }
    this.listener.render();
  }

  /** On to the next moment; after the last of a pass, to the next pass. */
  advance() {
    const { passNumber, passes, at, phases: all } = this.view();
    if (at < all.length - 1) this.set({ at: at + 1 });
    else if (passNumber < passes.length - 1) this.set({ pass: passNumber + 1, at: 0 });
    else this.set({}, { stop: true });
  }

  /**
   * Tells people who cannot see it.
   * @param {string} text
   */
  say(text) {
    this.listener.say(text);
  }

  /** @param {string} choice */
  setTheme(choice) {
    this.theme.choice = choice;
    this.listener.render();
  }

  /** @param {Pair | null} unit */
  hover(unit) {
    if (unit?.join() === this.hovered?.join()) return;
    this.hovered = unit;
    this.listener.hover();
  }
}
