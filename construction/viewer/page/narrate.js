/** What is happening now and why, in words. */

import { columnName } from "./content.js";
import { counted, number, thirds } from "./dom.js";
import { rowReduction } from "./paper.js";
import { UNMASKING } from "./timeline.js";
import { WAVES, waveEvents } from "./waves.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {{title: string, text: string, details: string[]}} Words */

/**
 * @param {View} view
 * @returns {Words}
 */
export function narrate(view) {
  if (view.pass.run.failure && view.layer === view.pass.run.computed) {
    const { row, column, reason, layer } = view.pass.run.failure;
    return {
      title: "The damaged network breaks down",
      text: `In layer ${layer}, row ${row + 1}, column ${column + 1}: ${reason}. The run ends here.`,
      details: [],
    };
  }
  if (view.pass.kind === "sgd") return sgdWords(view);
  const words = {
    title: headline(view),
    text: storyText(view),
    details: /** @type {string[]} */ ([]),
  };
  if (view.content.name === WAVES) {
    words.details = waveEvents(view);
    if (view.phases[view.at] === "computing") words.title = "Row reduction, in waves";
    if (words.details.length) words.text = "";
    else if (view.phases[view.at] === "answer") words.details = undetermined(view);
  }
  if (view.content.machine) words.details = headWords(view);
  if (view.content.kind === "automaton") words.details = [`${counted(living(view), "cell")} alive`];
  return words;
}

/** @param {View} view */
function headline(view) {
  const phase = view.phases[view.at];
  if (view.pass.kind === "run") {
    return view.content.kind === "machine" ? `Step ${view.layer}` : `Generation ${view.layer}`;
  }
  if (phase === "memory") return "A test example comes in";
  if (phase === "waves" && UNMASKING.has(storyOf(view)?.[0] ?? "")) return "Taking the masks off";
  if (phase === "answer") {
    const answer = view.prediction;
    if (answer === null) return "No answer";
    const damaged = view.compared && view.state.damage.length > 0;
    const wrong = damaged && view.referencePrediction !== answer;
    return `The answer: ${answer}${wrong ? ` (sound: ${view.referencePrediction ?? "none"})` : ""}`;
  }
  return "Computing";
}

/**
 * The role that tells the moment, and a sentence about it.
 * @param {View} view
 */
function storyOf(view) {
  const roles = new Set();
  for (const code of new Set(view.grid)) roles.add(view.content.meanings[code]?.role);
  return view.content.story.find(([role]) => roles.has(role));
}

/** @param {View} view */
function storyText(view) {
  return storyOf(view)?.[1] ?? "";
}

/**
 * The answer is no more than a guess when something of the test example is left over.
 * @param {View} view
 */
function undetermined(view) {
  if (!view.state.data) return [];
  const { final } = rowReduction(view.state.data);
  const rest = final[final.length - 1].slice(0, -1);
  const names = rest.flatMap((bit, column) =>
    bit ? [columnName(view.content, column, rest.length)] : [],
  );
  return names.length
    ? [
        `The data do not determine this answer: of the test example, ${names.join(" and ")} is left over, and counts as 0.`,
      ]
    : [];
}

/** @param {View} view */
function living(view) {
  return view.grid.reduce(
    (sum, code) => sum + Number(view.content.meanings[code]?.role === "alive"),
    0,
  );
}

/**
 * @param {View} view
 * @returns {string[]}
 */
function headWords(view) {
  for (const code of view.grid) {
    const meaning = view.content.meanings[code];
    if (meaning?.role !== "head") continue;
    const { state, symbol } = meaning.fields;
    const line = view.content.machine?.lines.find(
      (each) => each[0] === state && each[1] === symbol,
    );
    if (!line) return [];
    const [, , write, move, to] = line;
    if (move === "halt")
      return [`state “${state}” on “${symbol}”: halt${to ? `, with the output ${to}` : ""}`];
    const where = move === "stay" ? "stays" : `goes ${DIRECTIONS[move]}`;
    return [`state “${state}” reads “${symbol}”: writes “${write}”, ${where}, state “${to}”`];
  }
  return [];
}

/** @type {Record<string, string>} */
export const DIRECTIONS = { N: "north", S: "south", E: "east", W: "west" };

/**
 * An SGD step: forwards, backwards, update.
 * @param {View} view
 * @returns {Words}
 */
function sgdWords(view) {
  const { pass, moment, passNumber } = view;
  const which =
    pass.example < 0 ? "the dummy example (all bits 0, label 0)" : `example ${pass.example + 1}`;
  const title = `SGD step ${passNumber + 1}: ${which}`;
  const written = changedRows(pass.change);
  const output = (pass.output ?? 0) / view.network.headScale;
  if (moment.kind === "forward" && moment.layer === 0) {
    return {
      title,
      text: "Forward pass. Layer 0 is the memory W, every column times the example’s sign z: the bit 0 is +, the bit 1 is −, and z of the label column is always +.",
      details: [],
    };
  }
  if (moment.kind === "forward" && moment.layer < pass.run.computed) {
    return {
      title,
      text: view.content.learner?.online
        ? storyText(view)
        : "Forward pass. The rows stored so far are already being worked on, but there is nothing to read off yet.",
      details: [],
    };
  }
  if (moment.kind === "forward") {
    return {
      title,
      text: `End of the forward pass: nothing changes any more. A small head gives every cell a number, and the output f is their sum: f = ${number(output)}. The label is y = ${number(pass.label, true)}.`,
      details: [`error y − f = ${number(pass.factor, true)}`],
    };
  }
  if (moment.kind === "backward") {
    const gradient = pass.gradients[moment.layer];
    const count = gradient.reduce((sum, slope) => sum + Number(slope !== 0), 0);
    return {
      title,
      text: count
        ? `Backward pass: how the output f changes with the cells of layer ${moment.layer}. Only ${counted(count, "cell")} ${count === 1 ? "has" : "have"} a gradient; everywhere else a small change of the cell changes nothing.`
        : `Backward pass: no cell of layer ${moment.layer} has a gradient. This step will change nothing.`,
      details: [],
    };
  }
  if (!written.length)
    return { title, text: "The update is 0: the memory stays as it is.", details: [] };
  const names = written.map((row) => row + 1).join(", ");
  return {
    title,
    text: `${written.length > 1 ? `Rows ${names} have` : `Only row ${names} has`} a gradient, so W changes there alone: by η (y − f) = ${thirds(pass.factor, true)}, times gradient, times z.${pass.example < 0 ? "" : ` Example ${pass.example + 1} is stored, times its label.`}`,
    details: [],
  };
}

/** @param {number[][]} change */
export function changedRows(change) {
  return change.flatMap((row, index) => (row.some((value) => value !== 0) ? [index] : []));
}
