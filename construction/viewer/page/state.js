/** The state of the page, and how it stands in the address. */

import { dataText, textData } from "./dataset.js";

/** @typedef {import("./training.js").Data} Data */
/** @typedef {{layer: number, unit: number, input: number, value: number}} Damage input -1 is the bias */
/** @typedef {[number, number]} Pair */
/**
 * @typedef {object} State
 * @property {Data | null} data the data set, null for machines and automata
 * @property {Data | null} base the data set before bits were flipped, of the same size
 * @property {Damage[]} damage
 * @property {number} pass
 * @property {number} at the moment in the pass
 * @property {Pair | null} cell
 * @property {Pair | null} unit layer and number of the unit that is pinned
 * @property {[number, number, number] | null} weight layer, unit and input of the weight that is chosen
 * @property {string} lesson
 * @property {number} step
 * @property {string} level the level that a lesson speaks of
 */

/**
 * The part of an address behind the #.
 * @param {State} state
 * @param {string} ownData the page's own data, which the address need not repeat
 */
export function encode(state, ownData) {
  const parts = new URLSearchParams();
  if (state.lesson) parts.set("lesson", `${state.lesson}.${state.step + 1}`);
  parts.set("pass", String(state.pass + 1));
  parts.set("at", String(state.at));
  if (state.cell) parts.set("cell", state.cell.map((each) => each + 1).join("."));
  if (state.unit) parts.set("unit", state.unit.join("."));
  if (state.weight) parts.set("weight", state.weight.join("."));
  if (state.level) parts.set("level", state.level);
  const data = state.data ? dataText(state.data) : "";
  if (data !== ownData) parts.set("data", data);
  const base = state.base ? dataText(state.base) : "";
  if (base !== data) parts.set("base", base);
  if (state.damage.length) {
    parts.set(
      "damage",
      state.damage.map((d) => [d.layer, d.unit, d.input, d.value].join("_")).join("."),
    );
  }
  return parts.toString();
}

/**
 * The state that an address stands for; what it does not say, or says wrongly, is left out.
 * @param {string} hash
 * @returns {Partial<State>}
 */
export function decode(hash) {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  /** @type {Partial<State>} */
  const state = {};
  const lesson = parts.get("lesson")?.match(/^(.+)\.(\d+)$/);
  if (lesson) {
    state.lesson = lesson[1];
    state.step = Number(lesson[2]) - 1;
  }
  const pass = integer(parts.get("pass"));
  const at = integer(parts.get("at"));
  if (pass !== null) state.pass = pass - 1;
  if (at !== null) state.at = at;
  const cell = integers(parts.get("cell"), ".");
  if (cell?.length === 2) state.cell = [cell[0] - 1, cell[1] - 1];
  const unit = integers(parts.get("unit"), ".");
  if (unit?.length === 2) state.unit = [unit[0], unit[1]];
  const weight = integers(parts.get("weight"), ".");
  if (weight?.length === 3) state.weight = [weight[0], weight[1], weight[2]];
  if (parts.has("level")) state.level = parts.get("level") ?? "";
  const data = textData(parts.get("data") ?? "");
  if (data) state.data = data;
  const base = textData(parts.get("base") ?? "");
  if (base) state.base = base;
  const damage = (parts.get("damage") ?? "").split(".").flatMap((text) => {
    const numbers = integers(text, "_");
    return numbers?.length === 4
      ? [{ layer: numbers[0], unit: numbers[1], input: numbers[2], value: numbers[3] }]
      : [];
  });
  if (damage.length) state.damage = damage;
  return state;
}

/**
 * @param {string | null} text
 * @returns {number | null}
 */
function integer(text) {
  return text !== null && /^-?\d{1,9}$/.test(text) ? Number(text) : null;
}

/**
 * @param {string | null} text
 * @param {string} separator
 * @returns {number[] | null}
 */
function integers(text, separator) {
  const found = (text ?? "").split(separator).map(integer);
  return found.includes(null) ? null : /** @type {number[]} */ (found);
}

/** Edits that can be undone: each entry is the state before one. */
export class History {
  constructor() {
    /** @type {State[]} */
    this.past = [];
    /** @type {State[]} */
    this.future = [];
  }

  /** @param {State} before */
  record(before) {
    this.past.push(before);
    this.future = [];
  }

  /**
   * @param {State} now
   * @returns {State | undefined}
   */
  undo(now) {
    const before = this.past.pop();
    if (before) this.future.push(now);
    return before;
  }

  /**
   * @param {State} now
   * @returns {State | undefined}
   */
  redo(now) {
    const after = this.future.pop();
    if (after) this.past.push(now);
    return after;
  }
}
