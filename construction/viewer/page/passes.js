/** Forward and backward passes over a grid. Only pixels whose patch changed are evaluated again. */

import { NetworkError, POSITIONS, whole } from "./network.js";

/** @typedef {import("./network.js").Network} Network */
/** @typedef {{layer: number, row: number, column: number, reason: string}} Failure */
/**
 * The grids of all layers, the input first. `computed` is the number of layers that changed something;
 * `failure` says where the network left its codes, if it did.
 * @typedef {{rows: number, columns: number, layers: number, computed: number, grids: Int16Array[], failure: Failure | null}} Forward
 */

/** Pixels of all layers that are kept: 128 MB. */
export const PIXELS_KEPT = 2 ** 26;

/** The codes of a patch as one number, and what the network makes of it, computed once. */
export class PatchCache {
  /** @param {Network} network */
  constructor(network) {
    this.network = network;
    this.base = network.highest - network.padding + 1;
    const read = network.reads.filter(Boolean).length;
    this.exact = this.base ** read <= Number.MAX_SAFE_INTEGER;
    /** @type {Map<number | string, number>} */
    this.codes = new Map();
    /** @type {Map<number | string, number[]>} */
    this.slopes = new Map();
  }

  /** @param {ArrayLike<number>} patch */
  key(patch) {
    if (!this.exact) return Array.from(patch).join();
    let key = 0;
    for (let position = 0; position < 9; position++) {
      if (this.network.reads[position])
        key = key * this.base + patch[position] - this.network.padding;
    }
    return key;
  }

  /** @param {ArrayLike<number>} patch */
  next(patch) {
    const key = this.key(patch);
    let code = this.codes.get(key);
    if (code === undefined) {
      code = this.network.next(patch);
      this.codes.set(key, code);
    }
    return code;
  }

  /** @param {ArrayLike<number>} patch */
  jacobian(patch) {
    const key = this.key(patch);
    let slopes = this.slopes.get(key);
    if (slopes === undefined) {
      slopes = this.network.jacobian(patch);
      this.slopes.set(key, slopes);
    }
    return slopes;
  }
}

/**
 * The nine codes around a pixel.
 * @param {ArrayLike<number>} grid
 * @param {number} rows
 * @param {number} columns
 * @param {number} row
 * @param {number} column
 * @param {number} padding
 * @param {number[]} [patch] filled and returned, if given
 * @returns {number[]}
 */
export function patchAt(grid, rows, columns, row, column, padding, patch = new Array(9)) {
  let position = 0;
  for (let r = row - 1; r <= row + 1; r++) {
    for (let c = column - 1; c <= column + 1; c++) {
      patch[position++] =
        r < 0 || r >= rows || c < 0 || c >= columns ? padding : grid[r * columns + c];
    }
  }
  return patch;
}

/**
 * Applies the convolution `layers` times, or until nothing changes or something goes wrong.
 * @param {PatchCache} cache
 * @param {ArrayLike<number>} start
 * @param {number} rows
 * @param {number} columns
 * @param {number} layers
 * @returns {Forward}
 */
export function forward(cache, start, rows, columns, layers) {
  const { padding, highest } = cache.network;
  const grids = [Int16Array.from(start)];
  const patch = new Array(9);
  const marked = new Int32Array(rows * columns).fill(-1);
  /** @type {number[] | null} */
  let waiting = null; // pixels to look at; all of them in the first layer
  /** @type {Forward} */
  const result = { rows, columns, layers, computed: 0, grids, failure: null };
  for (let layer = 1; layer <= layers; layer++) {
    if ((layer + 1) * rows * columns > PIXELS_KEPT) {
      result.failure = {
        layer,
        row: 0,
        column: 0,
        reason: "the run is too long for the page's memory",
      };
      return result;
    }
    const before = grids[layer - 1];
    const after = before.slice();
    /** @type {number[]} */
    const changed = [];
    const count = waiting ? waiting.length : rows * columns;
    for (let index = 0; index < count; index++) {
      const pixel = waiting ? waiting[index] : index;
      const row = Math.floor(pixel / columns);
      const column = pixel % columns;
      let code;
      let reason = "";
      try {
        code = cache.next(patchAt(before, rows, columns, row, column, padding, patch));
        if (code <= padding || code > highest)
          reason = `the pixel would be ${code}, which is no code`;
      } catch (error) {
        if (!(error instanceof NetworkError)) throw error;
        reason = error.message;
      }
      if (reason || code === undefined) {
        result.failure = { layer, row, column, reason };
        return result;
      }
      if (code !== before[pixel]) {
        after[pixel] = code;
        changed.push(pixel);
      }
    }
    if (!changed.length) return result;
    grids.push(after);
    result.computed = layer;
    waiting = around(changed, rows, columns, marked, layer);
  }
  return result;
}

/**
 * The pixels whose patch holds one of these.
 * @param {number[]} pixels
 * @param {number} rows
 * @param {number} columns
 * @param {Int32Array} marked
 * @param {number} stamp
 */
function around(pixels, rows, columns, marked, stamp) {
  const result = [];
  for (const pixel of pixels) {
    const row = Math.floor(pixel / columns);
    const column = pixel % columns;
    for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
      for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++) {
        const other = r * columns + c;
        if (marked[other] !== stamp) {
          marked[other] = stamp;
          result.push(other);
        }
      }
    }
  }
  return result;
}

/**
 * The head and the sum: numerator over the head's scale.
 * @param {Network} network
 * @param {Int16Array} grid
 */
export function output(network, grid) {
  let sum = 0;
  for (const code of grid) sum += network.headValue(code);
  return whole(sum, "the output");
}

/**
 * The gradient of the output by the pixels of every layer, from layer 0 to the last that was computed.
 * @param {PatchCache} cache
 * @param {Forward} run
 * @returns {Float64Array[]}
 */
export function backward(cache, run) {
  const last = run.grids[run.computed];
  let gradient = Float64Array.from(last, (code) => cache.network.headSlope(code));
  // The last grid is the input of every layer that was not computed.
  for (let layer = run.computed; layer < run.layers; layer++) {
    const before = layerGradient(cache, run, last, gradient);
    if (before.every((slope, pixel) => slope === gradient[pixel])) break;
    gradient = before;
  }
  const result = [gradient];
  for (let layer = run.computed - 1; layer >= 0; layer--) {
    gradient = layerGradient(cache, run, run.grids[layer], gradient);
    result.unshift(gradient);
  }
  return result;
}

/**
 * @param {PatchCache} cache
 * @param {Forward} run
 * @param {Int16Array} grid
 * @param {Float64Array} gradient by the pixels of the layer after `grid`
 */
function layerGradient(cache, { rows, columns }, grid, gradient) {
  const result = new Float64Array(rows * columns);
  for (let pixel = 0; pixel < gradient.length; pixel++) {
    if (!gradient[pixel]) continue;
    const row = Math.floor(pixel / columns);
    const column = pixel % columns;
    const slopes = cache.jacobian(patchAt(grid, rows, columns, row, column, cache.network.padding));
    for (let position = 0; position < POSITIONS.length; position++) {
      const r = row + Math.floor(position / 3) - 1;
      const c = column + (position % 3) - 1;
      if (!slopes[position] || r < 0 || r >= rows || c < 0 || c >= columns) continue;
      const share = whole(slopes[position] * gradient[pixel], "a gradient");
      result[r * columns + c] = whole(result[r * columns + c] + share, "a gradient");
    }
  }
  return result;
}
