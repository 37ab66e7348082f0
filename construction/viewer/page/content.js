/** What the page is about: the shape of the data that the Python package puts into it. */

/** @typedef {{role: string, colour: string, text: string, mark: string, title: string, words: string, shade: number, fields: Record<string, string>}} Meaning */
/** @typedef {{light: [string, string, string], dark: [string, string, string]}} Colours */
/** @typedef {import("./training.js").Learner & {depthFormula: string, ownSize: number}} LearnerContent */
/** @typedef {{pass?: number | string, layer?: number, direction?: string, cell?: [number, number], level?: string, unit?: string, damage?: {unit: string, input: string, value: number}[], flip?: [number, number][]}} LessonState */
/** @typedef {{say: string, at: LessonState}} LessonStep */
/** @typedef {{key: string, title: string, data: import("./training.js").Data | null, steps: LessonStep[]}} Lesson */
/**
 * @typedef {object} Content
 * @property {"learner" | "machine" | "automaton"} kind
 * @property {string} name
 * @property {string} summary
 * @property {[string, string][]} story
 * @property {import("./network.js").NetworkData} network
 * @property {Record<string, string>} names
 * @property {Record<string, Meaning>} meanings
 * @property {Record<string, Colours>} palette
 * @property {Record<string, number>} bases
 * @property {{start: string, lines: string[][]} | null} machine
 * @property {LearnerContent} [learner]
 * @property {import("./training.js").Data} [data]
 * @property {[string, string, string][]} [columns]
 * @property {number[][]} [start]
 * @property {number} [layers]
 * @property {Lesson[]} [lessons]
 * @property {Record<string, string>} [verdicts] the checker on each weight: set to 0, negated, moved by one step
 */

/** How a code is shown that has no meaning, because a damaged network made it. */
export const UNKNOWN = {
  role: "other",
  colour: "done",
  text: "",
  mark: "",
  title: "no code of the program",
  words: "a number that is no code of the program",
  shade: 0,
  fields: {},
};

/**
 * @param {Content} content
 * @param {number} code
 * @returns {Meaning}
 */
export function meaningOf(content, code) {
  return content.meanings[code] ?? { ...UNKNOWN, text: String(code) };
}

/**
 * What a row of the grid is called. The last one is the test example's once the memory is used; while SGD
 * fills it, it is a row like the others.
 * @param {Content} content
 * @param {import("./training.js").Pass} pass
 * @param {number} row
 */
export function rowName(content, pass, row) {
  const last = pass.kind === "predict" && !content.learner?.online && row === pass.run.rows - 1;
  return last ? "test" : String(row + 1);
}

/**
 * What a column of the grid is called.
 * @param {Content} content
 * @param {number} column
 * @param {number} features
 */
export function columnName(content, column, features) {
  if (content.kind !== "learner") return String(column + 1);
  if (column > features) return "";
  const own = content.columns && content.columns.length === features + 1;
  return own ? (content.columns?.[column][0] ?? "") : column === features ? "y" : `x${column + 1}`;
}
