/** What is happening now and why, in words. */

import { counted, number, thirds } from "./dom.js";
import { rowReduction, waveAt, waveState } from "./paper.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {{title: string, text: string, details: string[]}} Words */

export const WAVES = "systolic-row-reduction";

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
  if (phase === "waves") return "Taking the masks off";
  if (phase === "answer") {
    const answer = view.prediction;
    return answer === null ? "No answer" : `The answer: ${answer}`;
  }
  return "Computing";
}

/** @param {View} view */
function storyText(view) {
  const roles = new Set();
  for (const code of new Set(view.grid)) roles.add(view.content.meanings[code]?.role);
  const found = view.content.story.find(([role]) => roles.has(role));
  return found ? found[1] : "";
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
 * What the waves of row reduction do in this layer.
 * @param {View} view
 * @returns {string[]}
 */
function waveEvents(view) {
  const data = view.state.data;
  if (!data) return [];
  const [m, d] = [data.examples.length, data.test.length];
  /** @type {Map<string, string>} */
  const events = new Map();
  view.grid.forEach((code, pixel) => {
    const meaning = view.content.meanings[code];
    const row = Math.floor(pixel / view.columns);
    const wave = waveAt(view.layer, row, pixel % view.columns, m, d) + 1;
    const name = row === m ? "the test row" : `row ${row + 1}`;
    if (meaning?.role === "deciding") {
      const bit = meaning.fields.bit === "1";
      const found = meaning.fields.found === "1";
      if (bit && meaning.colour === "key") {
        events.set(
          `p${wave}`,
          row === m
            ? `Wave ${wave} finds no pivot above the test row.`
            : `Wave ${wave} finds its pivot: ${name}.`,
        );
      } else if (bit && found)
        events.set(`a${wave}.${row}`, `Wave ${wave}: ${name} has a 1 and gets the pivot row.`);
      else if (!bit) events.set(`n${wave}.${row}`, `Wave ${wave}: ${name} has a 0: left alone.`);
    } else if (meaning?.role === "adding") {
      events.set(`a${wave}.${row}`, `Wave ${wave} adds its pivot row to ${name}.`);
    }
  });
  if (!events.size && view.phases[view.at] === "computing") {
    const paper = rowReduction(data);
    for (const { column, pivot } of paper.steps) {
      if (waveState(column, view.layer, m, d) !== "running") continue;
      events.set(
        `w${column}`,
        pivot < 0
          ? `Wave ${column + 1} has no pivot.`
          : `Wave ${column + 1} has row ${pivot + 1} as its pivot row.`,
      );
    }
  }
  return [...events.values()].slice(0, 3);
}

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
      text: "Forward pass. Layer 0 is the memory W, each column multiplied by the input’s sign z. Rows that SGD has not written are empty.",
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
      text: `End of the forward pass: nothing changes any more. The output is f = ${number(output)}; the label is y = ${number(pass.label, true)}.`,
      details: [`error y − f = ${number(pass.factor, true)}`],
    };
  }
  if (moment.kind === "backward") {
    const gradient = pass.gradients[moment.layer];
    const count = gradient.reduce((sum, slope) => sum + Number(slope !== 0), 0);
    return {
      title,
      text: count
        ? `Backward pass: how the output depends on layer ${moment.layer}. Only ${counted(count, "pixel")} ${count === 1 ? "has" : "have"} a gradient; every other unit is flat around its value, so nothing flows through it.`
        : `Backward pass: no pixel of layer ${moment.layer} has a gradient. This step will change nothing.`,
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
