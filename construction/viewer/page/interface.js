/** For programs and for the console: the page's own network on any data, as plain numbers. */

import { Network } from "./network.js";
import { damagedNetwork } from "./session.js";
import { learn, runOn } from "./training.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./training.js").Pass} Pass */

/** @param {Model} model */
export function programInterface(model) {
  const { content } = model;
  return {
    model,
    /**
     * Every pass on a data set: all layers, the output as a fraction, gradients, and the memory after the step.
     * @param {import("./training.js").Data} data
     * @param {import("./state.js").Damage[]} [damage]
     */
    learn: (data, damage = []) => {
      if (!content.learner) throw new Error("this page shows no learner");
      const network = new Network(damagedNetwork(content.network, damage));
      return learn(network, content.learner, data).map((pass) => plain(pass, network.headScale));
    },
    /**
     * The run on a grid of codes.
     * @param {number[][]} grid
     * @param {number} layers
     */
    run: (grid, layers) => {
      const network = new Network(content.network);
      return runOn(network, grid, layers).map((pass) => plain(pass, network.headScale));
    },
  };
}

/**
 * @param {Pass} pass
 * @param {number} scale
 */
function plain({ kind, run, output, gradients, memory, change, failure }, scale) {
  return {
    kind,
    layers: run.layers,
    computed: run.computed,
    grids: run.grids.map((grid) => Array.from(grid)),
    failure: run.failure ?? failure,
    output: output === null ? null : [output, scale],
    gradients: gradients.map((gradient) => Array.from(gradient)),
    memory: memory.map((row, r) => row.map((value, c) => value + (change[r]?.[c] ?? 0))),
  };
}
