/** The passes of the network on the present data, sound and damaged, and where the two differ. */

import { Network } from "./network.js";
import { learn, runOn } from "./training.js";

/** @typedef {import("./content.js").Content} Content */
/** @typedef {import("./network.js").NetworkData} NetworkData */
/** @typedef {import("./state.js").Damage} Damage */
/** @typedef {import("./training.js").Data} Data */
/** @typedef {import("./training.js").Pass} Pass */
/** @typedef {{pass: number, layer: number, count: number}} Difference */

/** Computes passes when they are asked for, and keeps them while data and damage stay the same. */
export class Session {
  /** @param {Content} content */
  constructor(content) {
    this.content = content;
    this.soundNetwork = new Network(content.network);
    this.network = this.soundNetwork;
    /** @type {Data | null | undefined} */
    this.data = undefined;
    /** @type {Damage[]} */
    this.damage = [];
    /** @type {Pass[]} */
    this.sound = [];
    /** @type {Pass[]} */
    this.passes = [];
    /** @type {Difference | null} */
    this.difference = null;
    this.damaged = false;
    /** Why the damaged network cannot run at all, if so. */
    this.refusal = "";
  }

  /**
   * Makes the passes those of this data and damage.
   * @param {Data | null} data
   * @param {Damage[]} damage
   */
  use(data, damage) {
    // States are never changed in place, so the same object is the same data.
    if (data === this.data && damage === this.damage) return;
    if (data !== this.data) this.sound = this.run(this.soundNetwork, data);
    this.data = data;
    this.damage = damage;
    this.network = this.soundNetwork;
    this.passes = this.sound;
    this.difference = null;
    this.refusal = "";
    this.damaged = damage.length > 0;
    if (!this.damaged) return;
    try {
      this.network = new Network(damagedNetwork(this.content.network, damage));
      this.passes = this.run(this.network, data);
      this.difference = firstDifference(this.sound, this.passes);
    } catch (error) {
      this.refusal = error instanceof Error ? error.message : String(error);
    }
  }

  /**
   * @param {Network} network
   * @param {Data | null} data
   * @returns {Pass[]}
   */
  run(network, data) {
    const { learner, start, layers } = this.content;
    if (learner && data) return learn(network, learner, data);
    return runOn(network, start ?? [], layers ?? 0);
  }
}

/**
 * @param {NetworkData} data
 * @param {Damage[]} damage
 * @returns {NetworkData}
 */
export function damagedNetwork(data, damage) {
  const convolution = data.convolution.map((layer) => ({
    ...layer,
    weights: layer.weights.map((row) => [...row]),
    biases: [...layer.biases],
  }));
  for (const { layer, unit, input, value } of damage) {
    const at = convolution[layer];
    if (!at || unit >= at.weights.length || input >= at.weights[0].length) continue;
    if (input < 0) at.biases[unit] = value;
    else at.weights[unit][input] = value;
  }
  return { ...data, convolution };
}

/**
 * What the proof checker says of a damage, if it was asked: a sentence, or nothing.
 * @param {Content} content
 * @param {Damage[]} damage
 */
export function verdictOn(content, damage) {
  if (damage.length !== 1) return "";
  const [{ layer, unit, input, value }] = damage;
  const own = content.network.convolution[layer];
  const sound = input < 0 ? own.biases[unit] : own.weights[unit][input];
  const which = [0, -sound, sound + 1].indexOf(value);
  const letter = which < 0 ? "" : content.verdicts?.[`${layer}_${unit}_${input}`]?.[which];
  if (letter === "r") return "The checker of rcnn verify rejects this network.";
  if (letter === "h") return "The checker of rcnn verify proves this damage harmless, on all data.";
  return "";
}

/**
 * Where two runs differ for the first time: in a layer, in the output, or in that one of them fails.
 * @param {Pass[]} sound
 * @param {Pass[]} other
 * @returns {Difference | null}
 */
export function firstDifference(sound, other) {
  for (let pass = 0; pass < sound.length; pass++) {
    const [a, b] = [sound[pass], other[pass]];
    if (!b) return { pass: pass - 1, layer: other[pass - 1].run.computed, count: 0 };
    const last = Math.max(a.run.computed, b.run.computed);
    for (let layer = 0; layer <= last; layer++) {
      const failed = b.run.failure && layer > b.run.computed;
      const count = failed ? 0 : differing(gridAt(a, layer), gridAt(b, layer)).length;
      if (failed || count)
        return { pass, layer: Math.min(layer, b.run.failure ? b.run.computed : layer), count };
    }
    if (a.failure !== b.failure || JSON.stringify(a.change) !== JSON.stringify(b.change)) {
      return { pass, layer: last, count: 0 };
    }
  }
  return null;
}

/**
 * The grid after a layer; once nothing changes, the last one.
 * @param {Pass} pass
 * @param {number} layer
 */
export function gridAt(pass, layer) {
  return pass.run.grids[Math.min(layer, pass.run.computed)];
}

/**
 * The pixels in which two grids differ.
 * @param {Int16Array} a
 * @param {Int16Array} b
 */
export function differing(a, b) {
  const result = [];
  for (let pixel = 0; pixel < a.length; pixel++) if (a[pixel] !== b[pixel]) result.push(pixel);
  return result;
}

/**
 * What the last pass answers: a bit, or null when there is no answer.
 * @param {Network} network
 * @param {Pass[]} passes
 */
export function prediction(network, passes) {
  const last = passes[passes.length - 1];
  if (last?.kind !== "predict" || last.output === null || last.output === 0) return null;
  return last.output / network.headScale === -1 ? 1 : last.output === network.headScale ? 0 : null;
}
