/** The passes of the network on the present data, sound and damaged, and where the two differ. */

import { dataText } from "./dataset.js";
import { Network } from "./network.js";
import { learn, runOn } from "./training.js";

/** @typedef {import("./content.js").Content} Content */
/** @typedef {import("./network.js").NetworkData} NetworkData */
/** @typedef {import("./state.js").Damage} Damage */
/** @typedef {import("./training.js").Data} Data */
/** @typedef {import("./training.js").Pass} Pass */
/** The first layer that differs, in how many cells, and one of those cells. @typedef {{pass: number, layer: number, count: number, cell: [number, number] | null}} Difference */

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
    /** @type {Data | null | undefined} */
    this.base = undefined;
    /** The sound network's, on these data. @type {Pass[]} */
    this.sound = [];
    /** @type {Pass[]} */
    this.passes = [];
    /** What the passes are compared with: the sound network's, or those before bits were flipped. @type {Pass[]} */
    this.reference = [];
    /** @type {Difference | null} */
    this.difference = null;
    /** Why the damaged network cannot run at all, if so. */
    this.refusal = "";
  }

  /**
   * Makes the passes those of this data and damage; without damage, they are compared with those of the base.
   * @param {Data | null} data
   * @param {Damage[]} damage
   * @param {Data | null} base
   */
  use(data, damage, base) {
    // States are never changed in place, so the same object is the same data.
    if (data === this.data && damage === this.damage && base === this.base) return;
    if (data !== this.data) this.sound = this.run(this.soundNetwork, data);
    this.data = data;
    this.damage = damage;
    this.base = base;
    this.network = this.soundNetwork;
    this.passes = this.sound;
    this.reference = this.sound;
    this.difference = null;
    this.refusal = "";
    if (!damage.length) {
      if (!data || !base || dataText(data) === dataText(base)) return;
      this.reference = this.run(this.soundNetwork, base);
      this.difference = firstDifference(this.reference, this.passes);
      return;
    }
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
    if (!b) return { pass: pass - 1, layer: other[pass - 1].run.computed, count: 0, cell: null };
    const last = Math.max(a.run.computed, b.run.computed);
    for (let layer = 0; layer <= last; layer++) {
      const failed = b.run.failure && layer > b.run.computed;
      const cells = failed ? [] : differing(gridAt(a, layer), gridAt(b, layer));
      if (!failed && !cells.length) continue;
      const { failure, computed, columns } = b.run;
      return {
        pass,
        layer: Math.min(layer, failure ? computed : layer),
        count: cells.length,
        cell:
          failed && failure
            ? [failure.row, failure.column]
            : [Math.floor(cells[0] / columns), cells[0] % columns],
      };
    }
    if (a.failure !== b.failure || JSON.stringify(a.change) !== JSON.stringify(b.change)) {
      return { pass, layer: last, count: 0, cell: null };
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
