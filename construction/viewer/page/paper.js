/** Row reduction as on paper, and which of its waves is where in the grid. */

/** @typedef {import("./training.js").Data} Data */
/**
 * One column's work. `before` is the matrix, label last, before it; `pivot` the pivot's row or -1.
 * @typedef {{column: number, before: number[][], pivot: number, added: number[], used: boolean[]}} PaperStep
 */
/** @typedef {{steps: PaperStep[], final: number[][], answer: number, used: boolean[]}} Paper */
/** @typedef {"waiting" | "running" | "done"} WaveState */

/** @type {WeakMap<Data, Paper>} */
const papers = new WeakMap();

/**
 * Row reduction of a data set, computed once.
 * @param {Data} data never changed in place
 */
export function rowReduction(data) {
  const known = papers.get(data) ?? reduced(data);
  papers.set(data, known);
  return known;
}

/**
 * For each column: the first row not used yet that has a 1 is the pivot, and it is added to every row below
 * that has a 1. The test example is the last row, with the label 0; it is never a pivot.
 * @param {Data} data
 * @returns {Paper}
 */
function reduced(data) {
  const matrix = data.examples.map((bits, row) => [...bits, data.labels[row]]);
  matrix.push([...data.test, 0]);
  const used = matrix.map(() => false);
  const test = matrix.length - 1;
  /** @type {PaperStep[]} */
  const steps = [];
  for (let column = 0; column < data.test.length; column++) {
    const before = matrix.map((row) => [...row]);
    const pivot = matrix.findIndex(
      (row, index) => index < test && !used[index] && row[column] === 1,
    );
    /** @type {number[]} */
    const added = [];
    const usedBefore = [...used];
    if (pivot >= 0) {
      for (let row = pivot + 1; row < matrix.length; row++) {
        if (used[row] || matrix[row][column] !== 1) continue;
        matrix[row] = matrix[row].map((bit, index) => bit ^ matrix[pivot][index]);
        added.push(row);
      }
      used[pivot] = true;
    }
    steps.push({ column, before, pivot, added, used: usedBefore });
  }
  return { steps, final: matrix, answer: matrix[test][data.test.length], used };
}

/**
 * The wave that acts on a cell in a layer of systolic row reduction, from 0; cell (a, c), counted from 1,
 * takes part in wave b in layer m + d + a + c + b - 1.
 * @param {number} layer
 * @param {number} row from 0
 * @param {number} column from 0
 * @param {number} examples
 * @param {number} features
 */
export function waveAt(layer, row, column, examples, features) {
  return layer - examples - features - row - column - 2;
}

/**
 * @param {number} wave from 0
 * @param {number} layer
 * @param {number} examples
 * @param {number} features
 * @returns {WaveState}
 */
export function waveState(wave, layer, examples, features) {
  const start = examples + features + 2 * wave + 2;
  const end = 2 * examples + 2 * features + wave + 2;
  return layer < start ? "waiting" : layer > end ? "done" : "running";
}
