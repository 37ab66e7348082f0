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
 * The pixel at a position of a pixel's patch, or -1 outside of the grid. On a line the row below goes on
 * where a row ends, and nothing is to the north or the south.
 * @param {number} rows
 * @param {number} columns
 * @param {number} row
 * @param {number} column
 * @param {number} position
 * @param {boolean} line
 */
function neighbour(rows, columns, row, column, position, line) {
  const r = row + Math.floor(position / 3) - 1;
  const c = column + (position % 3) - 1;
  const pixel = r * columns + c;
  if (line) return r === row && pixel >= 0 && pixel < rows * columns ? pixel : -1;
  return r < 0 || r >= rows || c < 0 || c >= columns ? -1 : pixel;
}

/**
 * The nine codes around a pixel.
 * @param {Network} network
 * @param {ArrayLike<number>} grid
 * @param {number} rows
 * @param {number} columns
 * @param {number} row
 * @param {number} column
 * @param {number[]} [patch] filled and returned, if given
 * @returns {number[]}
 */
export function patchAt(network, grid, rows, columns, row, column, patch = new Array(9)) {
  for (let position = 0; position < POSITIONS.length; position++) {
    const pixel = neighbour(rows, columns, row, column, position, network.line);
    patch[position] = pixel < 0 ? network.padding : grid[pixel];
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
        code = cache.next(patchAt(cache.network, before, rows, columns, row, column, patch));
        if (code <= padding || code > highest)
          reason = `the cell would become ${code}, which is no code`;
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
    waiting = around(changed, rows, columns, marked, layer, cache.network.line);
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
 * @param {boolean} line
 */
function around(pixels, rows, columns, marked, stamp, line) {
  const result = [];
  for (const pixel of pixels) {
    const row = Math.floor(pixel / columns);
    const column = pixel % columns;
    for (let position = 0; position < POSITIONS.length; position++) {
      const other = neighbour(rows, columns, row, column, position, line);
      if (other >= 0 && marked[other] !== stamp) {
        marked[other] = stamp;
        result.push(other);
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
    const slopes = cache.jacobian(patchAt(cache.network, grid, rows, columns, row, column));
    for (let position = 0; position < POSITIONS.length; position++) {
      const other = neighbour(rows, columns, row, column, position, cache.network.line);
      if (!slopes[position] || other < 0) continue;
      const share = whole(slopes[position] * gradient[pixel], "a gradient");
      result[other] = whole(result[other] + share, "a gradient");
    }
  }
  return result;
}
