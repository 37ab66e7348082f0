/** What there is to show at a moment: everything that follows from the state and that panels need. */

import { columnName, meaningOf, rowName } from "./content.js";
import { dataText, flippedBits } from "./dataset.js";
import { activeAt } from "./explain.js";
import { NetworkError } from "./network.js";
import { patchAt } from "./passes.js";
import { gridAt, prediction } from "./session.js";
import { momentAt, momentCount, phases } from "./timeline.js";

/** @typedef {import("./content.js").Content} Content */
/** @typedef {import("./state.js").Pair} Pair */
/** @typedef {import("./training.js").Pass} Pass */
/** @typedef {import("./timeline.js").Phase} Phase */
/**
 * What there is to show. The grid is that of `layer`; `next` is the chosen cell's code in the layer after.
 * @typedef {object} View
 * @property {import("./state.js").State} state
 * @property {Content} content
 * @property {import("./network.js").Network} network
 * @property {Pass[]} passes
 * @property {Pass[]} reference the sound network's passes, or those before bits were flipped
 * @property {Pass} pass
 * @property {number} passNumber
 * @property {number} at
 * @property {import("./timeline.js").Moment} moment
 * @property {Phase[]} phases
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
 * @property {number | null} referencePrediction
 * @property {boolean} compared whether the passes are not the reference itself
 * @property {[number, number][]} flipped the bits that are not those of the base
 * @property {import("./session.js").Difference | null} difference
 * @property {string} refusal
 * @property {boolean} dark
 * @property {import("./colours.js").PageColours} colours
 * @property {string} dataKey
 * @property {string} damageKey
 * @property {string} passKey
 * @property {string} columnsKey
 * @property {(row: number, column: number) => string} describeCell
 */

/**
 * What follows from a state, for a session that holds its passes.
 * @param {import("./session.js").Session} session
 * @param {import("./state.js").State} state
 * @param {Pair | null} hovered the unit under the pointer
 * @param {import("./colours.js").Theme} theme
 * @returns {View}
 */
export function viewOf(session, state, hovered, theme) {
  const { content, passes, network } = session;
  const passNumber = Math.max(0, Math.min(passes.length - 1, state.pass));
  const pass = passes[passNumber];
  const at = Math.max(0, Math.min(momentCount(pass) - 1, state.at));
  const moment = momentAt(pass, at);
  const { rows, columns } = pass.run;
  const grid = gridAt(pass, moment.layer);
  const cell = state.cell && isInside(state.cell, rows, columns) ? state.cell : null;
  const patch = (/** @type {number} */ row, /** @type {number} */ column) =>
    patchAt(network, grid, rows, columns, row, column);
  const own = cell ? patch(...cell) : null;
  const unit = hovered ?? state.unit;
  const dataKey = state.data ? dataText(state.data) : "";
  const damageKey = JSON.stringify(state.damage);
  const passKey = `${passNumber} ${dataKey} ${damageKey} ${state.base ? dataText(state.base) : ""}`;
  return {
    state,
    content,
    network,
    passes,
    reference: session.reference,
    pass,
    passNumber,
    at,
    moment,
    phases: phasesOf(pass, content),
    layer: moment.layer,
    grid,
    rows,
    columns,
    cell,
    unit: state.unit,
    hovered,
    active:
      unit && network.convolution[unit[0]]?.[unit[1]]
        ? activeAt(network, unit[0], unit[1], patch, rows, columns)
        : null,
    patch: own,
    ...nextOf(network, own),
    prediction: prediction(network, passes),
    referencePrediction: prediction(session.soundNetwork, session.reference),
    compared: session.reference !== passes,
    flipped: state.data && state.base ? flippedBits(state.data, state.base) : [],
    difference: session.difference,
    refusal: session.refusal,
    dark: theme.dark,
    colours: theme.colours,
    dataKey,
    damageKey,
    passKey,
    columnsKey: `${rows} ${columns} ${passKey}`,
    describeCell: (row, column) => {
      const where =
        content.kind === "learner"
          ? `row ${rowName(content, pass, row)}, column ${columnName(content, column, pass.inputs.length - 1) || "work"}`
          : `row ${row + 1}, column ${column + 1}`;
      return `${where}: ${meaningOf(content, grid[row * columns + column]).words}`;
    },
  };
}

/** @type {WeakMap<Pass, Phase[]>} */
const knownPhases = new WeakMap();

/**
 * @param {Pass} pass never changed in place
 * @param {Content} content
 */
function phasesOf(pass, content) {
  const known = knownPhases.get(pass);
  if (known) return known;
  const found = phases(pass, content.meanings);
  knownPhases.set(pass, found);
  return found;
}

/**
 * @param {Pair} cell
 * @param {number} rows
 * @param {number} columns
 */
function isInside([row, column], rows, columns) {
  return row >= 0 && column >= 0 && row < rows && column < columns;
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
