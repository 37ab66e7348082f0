/** What state of the page a step of a lesson stands for. */

import { flipBit } from "./dataset.js";
import { POSITIONS } from "./network.js";
import { placeOf } from "./timeline.js";

/** @typedef {import("./content.js").Content} Content */
/** @typedef {import("./content.js").LessonStep} LessonStep */
/** @typedef {import("./state.js").State} State */

/**
 * The part of the state that does not need the passes: data and damage.
 * @param {Content} content
 * @param {import("./content.js").Lesson} lesson
 * @param {LessonStep} step
 * @returns {{data: import("./training.js").Data | null, base: import("./training.js").Data | null, damage: import("./state.js").Damage[]}}
 */
export function lessonEdits(content, lesson, step) {
  const own = lesson.data ?? content.data ?? null;
  const flips = step.at.flip ?? [];
  const data = own && flips.length ? structuredClone(own) : own;
  for (const [row, column] of flips) if (data) flipBit(data, row - 1, column - 1);
  const [first, second, last] = content.network.convolution;
  const damage = (step.at.damage ?? []).flatMap(({ unit, input, value }) => {
    for (const [layer, at] of [first, second, last].entries()) {
      const found = at.names.indexOf(unit);
      if (found < 0) continue;
      const inputs = layer === 0 ? POSITIONS : [first, second][layer - 1].names;
      const from = input === "bias" ? -1 : inputs.indexOf(input);
      return input === "bias" || from >= 0 ? [{ layer, unit: found, input: from, value }] : [];
    }
    return [];
  });
  return { data, base: own, damage };
}

/**
 * The rest of the state, once the passes are known.
 * @param {Content} content
 * @param {LessonStep} step
 * @param {import("./training.js").Pass[]} passes
 * @returns {Partial<State>}
 */
export function lessonState(content, step, passes) {
  const { pass = "predict", layer = 0, direction = "forward", cell, unit, level = "" } = step.at;
  const number = Math.min(
    typeof pass === "number" ? pass - 1 : passes.length - 1,
    passes.length - 1,
  );
  const kind = direction === "backward" || direction === "update" ? direction : "forward";
  return {
    pass: number,
    at: placeOf(passes[number], { kind, layer }),
    cell: cell ? [cell[0] - 1, cell[1] - 1] : null,
    unit: unit ? unitNamed(content, unit) : null,
    weight: null,
    level,
  };
}

/**
 * @param {Content} content
 * @param {string} name
 * @returns {[number, number] | null}
 */
function unitNamed(content, name) {
  for (const [layer, { names }] of content.network.convolution.entries()) {
    const found = names.indexOf(name);
    if (found >= 0) return [layer, found];
  }
  return null;
}
