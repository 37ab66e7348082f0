/** SGD on the memory layer, one example a step, and the prediction: the passes that the page shows. */

import { NetworkError, PIXEL_UNIT } from "./network.js";
import { backward, forward, output, PatchCache } from "./passes.js";

/** @typedef {import("./network.js").Network} Network */
/** @typedef {import("./passes.js").Forward} Forward */
/** @typedef {{examples: number[][], labels: number[], test: number[]}} Data bits */
/** @typedef {{online: boolean, dummy: "last" | "first" | "never", depths: number[][], memoryRows: number[] | null, workColumns: number[][] | null}} Learner */
/**
 * One pass of the network. An SGD step has a label, gradients by layer, and the memory after it.
 * Memories are 3 W, row by row.
 * @typedef {object} Pass
 * @property {"sgd" | "predict" | "run"} kind
 * @property {number} example the example's number from 0; -1 for the dummy, the test or none
 * @property {number[]} inputs the signs z = [x; 1]
 * @property {number} label a sign; 0 if there is none
 * @property {number[][]} memory before the pass
 * @property {Forward} run
 * @property {number | null} output null when the run failed
 * @property {Float64Array[]} gradients
 * @property {number} factor eta 3 (y - f), by which the gradient changes 3 W
 * @property {number[][]} change what is added to 3 W
 * @property {string} failure why there is no update, if there should be one
 */

/**
 * All passes on a data set: every SGD step, and the prediction. They end early when the network fails.
 * @param {Network} network
 * @param {Learner} learner
 * @param {Data} data
 * @returns {Pass[]}
 */
export function learn(network, learner, data) {
  const cache = new PatchCache(network);
  const features = data.test.length;
  const count = data.examples.length;
  const layers = learner.depths[count][features];
  const rows = learner.memoryRows ? learner.memoryRows[features] : count + 1;
  const work = learner.workColumns ? learner.workColumns[count][features] : network.workColumns;
  let memory = Array.from({ length: rows }, () => new Array(features + 1).fill(0));
  const dummy = { example: -1, bits: new Array(features).fill(0), label: 0 };
  const stream = data.examples.map((bits, example) => ({
    example,
    bits,
    label: data.labels[example],
  }));
  if (learner.dummy === "last") stream.push(dummy);
  if (learner.dummy === "first") stream.unshift(dummy);
  /** @type {Pass[]} */
  const passes = [];
  for (const { example, bits, label } of stream) {
    const pass = sgdStep(cache, memory, example, withOne(bits), sign(label), layers, work);
    passes.push(pass);
    if (pass.failure) return passes;
    memory = memory.map((row, r) => row.map((value, c) => value + pass.change[r][c]));
  }
  passes.push(forwardPass(cache, "predict", memory, -1, withOne(data.test), 0, layers, work));
  return passes;
}

/**
 * The single pass of a machine on its tape, or of an automaton.
 * @param {Network} network
 * @param {number[][]} start
 * @param {number} layers
 * @returns {Pass[]}
 */
export function runOn(network, start, layers) {
  const run = forward(new PatchCache(network), start.flat(), start.length, start[0].length, layers);
  const value = run.failure ? null : output(network, run.grids[run.computed]);
  return [{ ...EMPTY, kind: "run", run, output: value, failure: run.failure?.reason ?? "" }];
}

const EMPTY = {
  example: -1,
  inputs: /** @type {number[]} */ ([]),
  label: 0,
  memory: /** @type {number[][]} */ ([]),
  gradients: /** @type {Float64Array[]} */ ([]),
  factor: 0,
  change: /** @type {number[][]} */ ([]),
  failure: "",
};

/**
 * @param {PatchCache} cache
 * @param {Pass["kind"]} kind
 * @param {number[][]} memory
 * @param {number} example
 * @param {number[]} inputs
 * @param {number} label
 * @param {number} layers
 * @param {number} workColumns
 * @returns {Pass}
 */
function forwardPass(cache, kind, memory, example, inputs, label, layers, workColumns) {
  const { network } = cache;
  const work = new Array(workColumns).fill(PIXEL_UNIT);
  const start = memory.map((row) => [...row.map((value, c) => value * inputs[c] || 0), ...work]);
  const run = outsideCodes(network, start)
    ? refused(start, layers)
    : forward(cache, start.flat(), start.length, start[0].length, layers);
  const value = run.failure ? null : output(network, run.grids[run.computed]);
  return {
    ...EMPTY,
    kind,
    example,
    inputs,
    label,
    memory,
    run,
    output: value,
    failure: run.failure?.reason ?? "",
  };
}

/**
 * @param {Network} network
 * @param {number[][]} grid
 */
function outsideCodes(network, grid) {
  return grid.flat().some((code) => code <= network.padding || code > network.highest);
}

/**
 * @param {number[][]} start
 * @param {number} layers
 * @returns {Forward}
 */
function refused(start, layers) {
  const failure = {
    layer: 0,
    row: 0,
    column: 0,
    reason: "the memory holds a number that is no code",
  };
  return {
    rows: start.length,
    columns: start[0].length,
    layers,
    computed: 0,
    grids: [Int16Array.from(start.flat())],
    failure,
  };
}

/**
 * One SGD step with squared loss (y - f)^2 / 2 and eta = 1/3.
 * @param {PatchCache} cache
 * @param {number[][]} memory
 * @param {number} example
 * @param {number[]} inputs
 * @param {number} label
 * @param {number} layers
 * @param {number} workColumns
 * @returns {Pass}
 */
function sgdStep(cache, memory, example, inputs, label, layers, workColumns) {
  const pass = forwardPass(cache, "sgd", memory, example, inputs, label, layers, workColumns);
  if (pass.output === null) return pass;
  try {
    pass.gradients = backward(cache, pass.run);
    const factor = label - pass.output / cache.network.headScale;
    if (!Number.isInteger(factor)) throw new NetworkError("the output is not an integer");
    pass.factor = factor;
    const { columns } = pass.run;
    pass.change = memory.map((row, r) =>
      row.map((_, c) => factor * pass.gradients[0][r * columns + c] * inputs[c] || 0),
    );
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    pass.failure = error.message;
  }
  return pass;
}

/** @param {number} bit */
export function sign(bit) {
  return 1 - 2 * bit;
}

/** @param {number[]} bits */
function withOne(bits) {
  return [...bits.map(sign), 1];
}
