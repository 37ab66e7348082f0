/** One cell's step through the units: what each position, each gate and each hinge contributes. */

import { POSITIONS } from "./network.js";

/** @typedef {import("./network.js").Network} Network */
/** @typedef {{position: string, code: number, adds: number}} Share */
/** @typedef {{unit: number, name: string, sum: number, value: number, adds: number}} GateState */
/** @typedef {{unit: number, position: string, threshold: number, sum: number, on: boolean}} HingeState */
/**
 * `next` is the sum of all shares, gates and `constant`, which is 0 unless a weight was damaged.
 * @typedef {{shares: Share[], gates: GateState[], hinges: HingeState[], constant: number, tablesOn: boolean, next: number}} Explanation
 */

/**
 * @param {Network} network
 * @param {Record<string, number>} bases the value of each position's table at its lowest code
 * @param {number[]} patch
 * @returns {Explanation}
 */
export function explain(network, bases, patch) {
  const { sums, values } = network.trace(patch);
  const [first, second, last] = network.data.convolution;
  const scale = last.scale;
  const hinges = first.names.map((name, unit) => ({
    unit,
    position: name.split(" ")[0],
    threshold: threshold(first, unit),
    sum: sums[0][unit],
    on: sums[0][unit] > 0,
  }));
  const outgoing = last.weights[0];
  const tablesOn = sums[1][0] > 0;
  const shares = POSITIONS.flatMap((position, index) => {
    const own = hinges.filter((hinge) => hinge.position === position);
    if (!own.length && !(position in bases)) return [];
    const total = own.reduce((sum, { unit }) => sum + second.weights[0][unit] * values[0][unit], 0);
    const adds = tablesOn ? (outgoing[0] * total) / scale + (bases[position] ?? 0) : 0;
    return [{ position, code: patch[index], adds }];
  });
  const gates = second.names.slice(1).map((name, index) => {
    const unit = index + 1;
    return {
      unit,
      name,
      sum: sums[1][unit] / second.scale,
      value: values[1][unit],
      adds: (outgoing[unit] * values[1][unit]) / scale,
    };
  });
  const known = Object.values(bases).reduce((sum, base) => sum + base, 0);
  const constant = tablesOn
    ? (outgoing[0] * second.biases[0] + last.biases[0]) / scale - known
    : last.biases[0] / scale;
  return { shares, gates, hinges, constant, tablesOn, next: values[2][0] / scale };
}

/**
 * Where a hinge begins, in codes.
 * @param {import("./network.js").WeightLayer} layer
 * @param {number} unit
 */
export function threshold(layer, unit) {
  const weight = layer.weights[unit].find((each) => each !== 0) ?? 0;
  return weight ? -layer.biases[unit] / weight : Number.NaN;
}

/**
 * What a position's table gives for a code: the sum of its hinges.
 * @param {Network} network
 * @param {Record<string, number>} bases
 * @param {string} position
 * @param {number} code
 */
export function valueAt(network, bases, position, code) {
  const [first, second, last] = network.data.convolution;
  const index = POSITIONS.indexOf(position);
  return ownHinges(network, position).reduce((sum, unit) => {
    const hinge = Math.max(0, first.weights[unit][index] * code + first.biases[unit]);
    return sum + (last.weights[0][0] * second.weights[0][unit] * hinge) / last.scale;
  }, bases[position] ?? 0);
}

/**
 * A position's table as the units compute it, from the lowest code to the highest.
 * @param {Network} network
 * @param {Record<string, number>} bases
 * @param {string} position
 * @returns {{code: number, value: number}[]} corners of a piecewise linear function
 */
export function tableOf(network, bases, position) {
  const [first] = network.data.convolution;
  const corners = ownHinges(network, position)
    .map((unit) => threshold(first, unit))
    .filter((code) => Number.isFinite(code));
  const places = [network.padding, ...corners.sort((a, b) => a - b), network.highest];
  return places.map((code) => ({ code, value: valueAt(network, bases, position, code) }));
}

/**
 * The hinges that look at a position.
 * @param {Network} network
 * @param {string} position
 */
function ownHinges(network, position) {
  const { names } = network.data.convolution[0];
  return names.flatMap((name, unit) => (name.startsWith(`${position} `) ? [unit] : []));
}

/**
 * The pixels of a grid at which a unit is above its threshold.
 * @param {Network} network
 * @param {number} layer
 * @param {number} unit
 * @param {(row: number, column: number) => number[]} patch
 * @param {number} rows
 * @param {number} columns
 */
export function activeAt(network, layer, unit, patch, rows, columns) {
  const result = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (network.trace(patch(row, column)).sums[layer][unit] > 0)
        result.push(row * columns + column);
    }
  }
  return result;
}
