/**
 * The network, run from its weights in exact integers.
 *
 * JavaScript's numbers are exact for integers up to 2^53. The largest integer that the network can meet is
 * computed from its weights, as the Python package does, and a network beyond that is refused.
 */

/** @typedef {{weights: number[][], biases: number[], scale: number, names: string[]}} WeightLayer */
/** @typedef {{convolution: WeightLayer[], head: WeightLayer[], codes: number[], padding: number, workColumns: number, line: boolean}} NetworkData */
/** @typedef {{inputs: Int32Array, weights: Float64Array, bias: number}} Row */
/** @typedef {{sums: number[][], values: number[][]}} Trace sums before ReLU and values after it, by layer */

export const POSITIONS = ["NW", "N", "NE", "W", "C", "E", "SW", "S", "SE"];

/** What a position is called in words. */
export const PLACES = /** @type {Record<string, string>} */ ({
  NW: "north-west",
  N: "north",
  NE: "north-east",
  W: "west",
  C: "itself",
  E: "east",
  SW: "south-west",
  S: "south",
  SE: "south-east",
});
export const PIXEL_UNIT = 3;
const LARGEST_CODE = 2 ** 15;

/** Something that the network cannot do: it leaves its codes, or exact arithmetic. */
export class NetworkError extends Error {}

/** The network, with sparse copies of its weights. */
export class Network {
  /** @param {NetworkData} data */
  constructor(data) {
    this.data = data;
    this.padding = data.padding;
    this.workColumns = data.workColumns;
    /** On a line the grid's rows stand one after the other; the page shows them below each other. */
    this.line = data.line;
    this.highest = Math.max(...data.codes);
    this.convolution = data.convolution.map(sparse);
    this.head = data.head.map(sparse);
    this.lastScale = data.convolution[data.convolution.length - 1].scale;
    this.headScale = data.head[data.head.length - 1].scale;
    const bound = largestInteger(data);
    if (bound > Number.MAX_SAFE_INTEGER) {
      throw new NetworkError(
        `sums can reach ${bound}, more than the 2^53 up to which a browser's numbers hold every integer`,
      );
    }
    /** Positions that a weight reads; the others do not matter. */
    this.reads = POSITIONS.map((_, position) =>
      data.convolution[0].weights.some((row) => row[position] !== 0),
    );
    /** @type {Map<number, number>} */
    this.headValues = new Map();
  }

  /**
   * Every unit's sum and value on a patch.
   * @param {ArrayLike<number>} patch nine codes
   * @returns {Trace}
   */
  trace(patch) {
    let values = Array.from(patch);
    /** @type {Trace} */
    const trace = { sums: [], values: [] };
    this.convolution.forEach((rows, depth) => {
      const sums = rows.map((row) => affine(row, values));
      trace.sums.push(sums);
      values = depth < this.convolution.length - 1 ? sums.map((sum) => Math.max(sum, 0)) : sums;
      trace.values.push(values);
    });
    return trace;
  }

  /**
   * The next code.
   * @param {ArrayLike<number>} patch nine codes
   * @returns {number}
   */
  next(patch) {
    /** @type {ArrayLike<number>} */
    let values = patch;
    const depth = this.convolution.length;
    for (let layer = 0; layer < depth; layer++) {
      const rows = this.convolution[layer];
      const result = new Float64Array(rows.length);
      for (let unit = 0; unit < rows.length; unit++) {
        const sum = affine(rows[unit], values);
        result[unit] = layer < depth - 1 && sum < 0 ? 0 : sum;
      }
      values = result;
    }
    const code = values[0] / this.lastScale;
    if (!Number.isInteger(code)) {
      throw new NetworkError(
        `the output would be ${values[0]}/${this.lastScale}, not a whole code`,
      );
    }
    if (code < -LARGEST_CODE || code >= LARGEST_CODE) {
      throw new NetworkError(`the output ${code} is beyond all codes`);
    }
    return code;
  }

  /**
   * The derivative of the next code by each code of the patch: backpropagation through every unit.
   * @param {ArrayLike<number>} patch nine codes
   * @returns {number[]}
   */
  jacobian(patch) {
    const { sums } = this.trace(patch);
    const depth = this.convolution.length;
    let slopes = new Float64Array(this.convolution[depth - 2].length);
    addRow(slopes, this.convolution[depth - 1][0], 1);
    for (let layer = depth - 2; layer >= 0; layer--) {
      const before = layer ? this.convolution[layer - 1].length : POSITIONS.length;
      const earlier = new Float64Array(before);
      this.convolution[layer].forEach((row, unit) => {
        if (sums[layer][unit] === 0) {
          throw new NetworkError(
            `the unit “${this.data.convolution[layer].names[unit]}” stands at its kink`,
          );
        }
        if (sums[layer][unit] > 0) addRow(earlier, row, slopes[unit]);
      });
      slopes = earlier;
    }
    return Array.from(slopes, (slope) => whole(slope / this.lastScale, "a slope"));
  }

  /**
   * What a pixel of this code adds to the output, over the head's scale.
   * @param {number} code
   * @returns {number}
   */
  headValue(code) {
    const known = this.headValues.get(code);
    if (known !== undefined) return known;
    const hidden = this.head[0].map((row) => Math.max(affine(row, [code]), 0));
    const value = affine(this.head[1][0], hidden);
    this.headValues.set(code, value);
    return value;
  }

  /**
   * The derivative of the output by a pixel (a code is a third of one).
   * @param {number} code
   * @returns {number}
   */
  headSlope(code) {
    const sums = this.head[0].map((row) => affine(row, [code]));
    if (sums.includes(0)) throw new NetworkError("a unit of the head stands at its kink");
    const hidden = new Float64Array(sums.length);
    addRow(hidden, this.head[1][0], PIXEL_UNIT);
    let slope = 0;
    this.head[0].forEach((row, unit) => {
      if (sums[unit] > 0) for (const weight of row.weights) slope += weight * hidden[unit];
    });
    return whole(slope / this.headScale, "a slope of the head");
  }
}

/**
 * A bound on every weight, input, hidden value and partial sum, by interval arithmetic.
 * @param {NetworkData} data
 * @returns {number} exact up to 2^53; above that only its size counts
 */
export function largestInteger(data) {
  const codes = /** @type {[number, number]} */ ([
    Math.min(...data.codes),
    Math.max(...data.codes),
  ]);
  return Math.max(bound(data.convolution, POSITIONS.length, codes), bound(data.head, 1, codes));
}

/**
 * @param {WeightLayer[]} layers
 * @param {number} inputs
 * @param {[number, number]} codes
 */
function bound(layers, inputs, codes) {
  let intervals = Array.from({ length: inputs }, () => codes);
  let largest = Math.max(Math.abs(codes[0]), Math.abs(codes[1]));
  for (const layer of layers) {
    intervals = layer.weights.map((row, unit) => {
      const bias = layer.biases[unit];
      let partial = Math.abs(bias);
      let high = bias;
      row.forEach((weight, input) => {
        if (!weight) return;
        const [low, top] = intervals[input];
        partial += Math.abs(weight) * Math.max(Math.abs(low), Math.abs(top));
        high += Math.max(weight * low, weight * top);
        largest = Math.max(largest, Math.abs(weight));
      });
      largest = Math.max(largest, partial);
      return /** @type {[number, number]} */ ([0, Math.max(0, high)]);
    });
  }
  return largest;
}

/**
 * @param {WeightLayer} layer
 * @returns {Row[]}
 */
function sparse(layer) {
  return layer.weights.map((row, unit) => {
    const inputs = row.flatMap((weight, input) => (weight ? [input] : []));
    return {
      inputs: Int32Array.from(inputs),
      weights: Float64Array.from(inputs, (input) => row[input]),
      bias: layer.biases[unit],
    };
  });
}

/**
 * @param {Row} row
 * @param {ArrayLike<number>} values
 */
function affine(row, values) {
  let sum = row.bias;
  const { inputs, weights } = row;
  for (let i = 0; i < inputs.length; i++) sum += weights[i] * values[inputs[i]];
  return sum;
}

/**
 * @param {Float64Array} target
 * @param {Row} row
 * @param {number} factor
 */
function addRow(target, row, factor) {
  for (let i = 0; i < row.inputs.length; i++) target[row.inputs[i]] += row.weights[i] * factor;
}

/**
 * @param {number} value
 * @param {string} what
 */
export function whole(value, what) {
  if (!Number.isSafeInteger(value))
    throw new NetworkError(`${what} would be ${value}, not a safe integer`);
  return value === 0 ? 0 : value; // no negative zero
}
