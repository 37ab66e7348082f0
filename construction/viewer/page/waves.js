/** What the waves of row reduction do in a layer: in words, and which wave a cell takes part in. */

import { rowReduction, waveAt, waveState } from "./paper.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {{pivot: string, asked: string[], added: string[], left: string[]}} Doings */

export const WAVES = "systolic-row-reduction";

/** More sentences at once nobody reads. */
const TOLD = 4;

/** Roles of cells through which a wave goes. */
const TOUCHED = new Set(["deciding", "adding", "passing", "pivot"]);

/**
 * The number of the wave that goes through a cell now, from 1; 0 if there is none.
 * @param {View} view
 * @param {number} pixel
 */
export function waveThrough(view, pixel) {
  const { data } = view.state;
  if (view.content.name !== WAVES || view.moment.kind !== "forward" || !data) return 0;
  if (!TOUCHED.has(view.content.meanings[view.grid[pixel]]?.role)) return 0;
  const [row, column] = [Math.floor(pixel / view.columns), pixel % view.columns];
  return waveAt(view.layer, row, column, data.examples.length, data.test.length) + 1;
}

/**
 * A sentence for each wave that does something in this layer, the latest wave first.
 * @param {View} view
 * @returns {string[]}
 */
export function waveEvents(view) {
  const data = view.state.data;
  if (!data) return [];
  const { steps } = rowReduction(data);
  const m = data.examples.length;
  const name = (/** @type {number} */ row) => (row === m ? "the test row" : `row ${row + 1}`);
  /** @type {Map<number, Doings>} */
  const waves = new Map();
  view.grid.forEach((code, pixel) => {
    const meaning = view.content.meanings[code];
    if (meaning?.role !== "deciding" && meaning?.role !== "adding") return;
    const wave = waveThrough(view, pixel);
    if (!wave) return;
    const doings = waves.get(wave) ?? { pivot: "", asked: [], added: [], left: [] };
    waves.set(wave, doings);
    const row = Math.floor(pixel / view.columns);
    if (meaning.role === "adding") {
      if (!doings.added.includes(name(row))) doings.added.push(name(row));
    } else if (meaning.fields.bit !== "1") {
      const emptied = steps.slice(0, wave - 1).some(({ pivot }) => pivot === row);
      doings.left.push(emptied ? `${name(row)} is an emptied pivot row` : `${name(row)} has a 0`);
    } else if (meaning.fields.found === "1") {
      doings.asked.push(`${name(row)} has a 1`);
    } else {
      doings.pivot =
        row === m ? "no row above the test row has a 1: no pivot" : `finds its pivot, ${name(row)}`;
    }
  });
  if (waves.size) {
    const shown = [...waves]
      .slice(0, TOLD)
      .map(([wave, doings]) => `Wave ${wave}: ${told(doings)}.`);
    return waves.size > TOLD ? [...shown, `${waves.size - TOLD} more waves run.`] : shown;
  }
  const running = steps.flatMap(({ column, pivot }) => {
    if (waveState(column, view.layer, m, data.test.length) !== "running") return [];
    return [
      pivot < 0
        ? `Wave ${column + 1}: no pivot.`
        : `Wave ${column + 1}: its pivot is ${name(pivot)}.`,
    ];
  });
  return running.slice(0, TOLD);
}

/** @param {Doings} doings */
function told({ pivot, asked, added, left }) {
  const gets = added.length === 1 ? "gets" : "get";
  return [pivot, ...asked, ...left, added.length && `${listed(added)} ${gets} the pivot row`]
    .filter(Boolean)
    .join("; ");
}

/**
 * "row 1", "rows 1 and 2", "row 1 and the test row".
 * @param {string[]} rows
 */
function listed(rows) {
  const numbers = rows.flatMap((row) => (row.startsWith("row ") ? [row.slice(4)] : []));
  const others = rows.filter((row) => !row.startsWith("row "));
  if (numbers.length > 1) numbers[0] = `rows ${numbers[0]}`;
  else if (numbers.length) numbers[0] = `row ${numbers[0]}`;
  const all = [...numbers, ...others];
  return all.length > 1 ? `${all.slice(0, -1).join(", ")} and ${all.at(-1)}` : all[0];
}
