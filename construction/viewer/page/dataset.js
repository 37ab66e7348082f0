/** A data set as text, in an address and as people write it; and the flip of a bit. */

/** @typedef {import("./training.js").Data} Data */

/** @param {number[]} bits */
const joined = (bits) => bits.join("");

/** @type {WeakMap<Data, string>} */
const texts = new WeakMap();

/**
 * The data set as text: rows of bits with the label at the end, and the test example.
 * @param {Data} data never changed in place
 */
export function dataText(data) {
  const known = texts.get(data);
  if (known !== undefined) return known;
  const text = textOf(data);
  texts.set(data, text);
  return text;
}

/** @param {Data} data */
function textOf(data) {
  const rows = data.examples.map((bits, row) => `${joined(bits)}${data.labels[row]}`);
  return [...rows, joined(data.test)].join(".");
}

/**
 * The data set that a text stands for, or null.
 * @param {string} text
 * @returns {Data | null}
 */
export function textData(text) {
  if (!/^[01.]+$/.test(text)) return null;
  const lines = text.split(".").map((line) => [...line].map(Number));
  const test = lines[lines.length - 1];
  const rows = lines.slice(0, -1);
  if (!test.length || rows.some((row) => row.length !== test.length + 1)) return null;
  return {
    examples: rows.map((row) => row.slice(0, -1)),
    labels: rows.map((row) => row[row.length - 1]),
    test,
  };
}

/**
 * The data in a text, or what is wrong with it.
 * @param {string} text
 * @param {number} limit
 * @returns {Data | string}
 */
export function readData(text, limit) {
  const lines = text.split("\n").map((line) => line.replace(/[\s,;|]+/g, ""));
  const rows = lines.flatMap((line, index) => (line ? [{ line, index: index + 1 }] : []));
  for (const { line, index } of rows) {
    const wrong = line.match(/[^01]/);
    if (wrong) return `Line ${index} holds “${wrong[0]}”; it should hold bits, 0 and 1.`;
  }
  const test = rows.pop();
  if (!test) return "There is no line; the last one should be the test example.";
  const d = test.line.length;
  for (const { line, index } of rows) {
    if (line.length !== d + 1) {
      return `Line ${index} has ${line.length} bits; it should have ${d + 1}: the test example’s ${d}, and a label.`;
    }
  }
  if (rows.length > limit || d > limit) {
    return `${rows.length} examples of ${d} features are too many for this page; it takes up to ${limit} of each.`;
  }
  const bits = rows.map(({ line }) => [...line].map(Number));
  return {
    examples: bits.map((row) => row.slice(0, d)),
    labels: bits.map((row) => row[d]),
    test: [...test.line].map(Number),
  };
}

/**
 * Flips a bit: the row after the last example is the test example, the column after the last feature the label.
 * @param {import("./training.js").Data} data changed in place
 * @param {number} row
 * @param {number} column
 */
export function flipBit(data, row, column) {
  const bits = row === data.examples.length ? data.test : data.examples[row];
  if (column < data.test.length) bits[column] = 1 - bits[column];
  else if (row < data.examples.length) data.labels[row] = 1 - data.labels[row];
}

/**
 * The bits in which two data sets of the same size differ, as row and column.
 * @param {Data} a
 * @param {Data} b
 * @returns {[number, number][]}
 */
export function flippedBits(a, b) {
  if (a === b) return [];
  const rows = (/** @type {Data} */ { examples, labels, test }) => [
    ...examples.map((bits, row) => [...bits, labels[row]]),
    test,
  ];
  const other = rows(b);
  return rows(a).flatMap((bits, row) =>
    bits.flatMap((bit, column) =>
      bit === other[row][column] ? [] : [/** @type {[number, number]} */ ([row, column])],
    ),
  );
}

/**
 * Whether two data sets have as many examples and features.
 * @param {Data} a
 * @param {Data} b
 */
export function sameSize(a, b) {
  return a.examples.length === b.examples.length && a.test.length === b.test.length;
}
