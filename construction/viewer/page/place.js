/** A weight by its place: its value, its name in words, and whether it took part in a step. */

import { number } from "./dom.js";
import { PLACES, POSITIONS } from "./network.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {[number, number, number]} Place layer, unit, input (-1 for the bias) */

/**
 * @param {import("./network.js").WeightLayer[]} layers
 * @param {Place} place
 */
export function weightAt(layers, [layer, unit, input]) {
  return (input < 0 ? layers[layer]?.biases[unit] : layers[layer]?.weights[unit]?.[input]) ?? 0;
}

/**
 * A weight in words: from where, to where, its value.
 * @param {View} view
 * @param {Place} place
 */
export function describePlace(view, place) {
  const { convolution } = view.network.data;
  const [layer, unit, input] = place;
  const to = convolution[layer].names[unit];
  const from =
    input < 0
      ? "bias"
      : layer === 0
        ? `the code ${POSITIONS[input] === "C" ? "of the cell itself" : `to the ${PLACES[POSITIONS[input]]}`} (${POSITIONS[input]})`
        : `“${convolution[layer - 1].names[input]}”`;
  const value = weightAt(convolution, place);
  const sound = weightAt(view.content.network.convolution, place);
  return `${from} → “${to}”: ${number(value)}${value === sound ? "" : ` (sound: ${number(sound)})`}`;
}

/**
 * Did this weight take part in the step? Then what it reads is on, and what it feeds is, too.
 * @param {import("./network.js").Trace} trace
 * @param {Place} place
 */
export function tookPart({ sums }, [layer, unit, input]) {
  const reads = input < 0 || layer === 0 || sums[layer - 1][input] > 0;
  return reads && (layer === 2 || sums[layer][unit] > 0);
}

/**
 * Does this weight lead into or out of the hinge?
 * @param {Place} place
 * @param {number} hinge
 */
export function isOfHinge([layer, unit, input], hinge) {
  return layer === 0 ? unit === hinge : layer === 1 && input === hinge;
}
