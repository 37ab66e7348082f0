/** Lessons: a sequence of states of the page, with a few words about each. */

import { fill, h } from "./dom.js";
import { POSITIONS } from "./network.js";
import { placeOf } from "./timeline.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").View} View */
/** @typedef {import("./content.js").Content} Content */
/** @typedef {import("./content.js").LessonStep} LessonStep */
/** @typedef {import("./state.js").State} State */

/** The strip below the title. */
export class LessonPanel {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.key = "";
    this.element = h("section", { class: "rv-lesson", "aria-label": "Lessons" });
  }

  /** @param {View} view */
  update(view) {
    const lessons = view.content.lessons ?? [];
    const { lesson, step } = view.state;
    const key = `${lesson} ${step}`;
    if (key === this.key) return;
    this.key = key;
    const index = lessons.findIndex((each) => each.key === lesson);
    this.element.hidden = !lessons.length;
    if (index < 0) {
      fill(
        this.element,
        h("span", { class: "rv-lesson-lead" }, "Lessons"),
        h(
          "ol",
          { class: "rv-lessons" },
          ...lessons.map((each, number) =>
            h(
              "li",
              {},
              h(
                "button",
                { onclick: () => this.app.lesson(each.key, 0) },
                h("b", {}, number + 1),
                " ",
                each.title,
              ),
            ),
          ),
        ),
      );
      return;
    }
    const own = lessons[index];
    const last = step === own.steps.length - 1;
    const following = lessons[index + 1];
    fill(
      this.element,
      h(
        "div",
        { class: "rv-lesson-text" },
        h(
          "p",
          { class: "rv-lesson-title" },
          `Lesson ${index + 1}: ${own.title}`,
          h("span", { class: "rv-lesson-count" }, `${step + 1} of ${own.steps.length}`),
        ),
        h("p", { class: "rv-lesson-say", "aria-live": "polite" }, own.steps[step].say),
      ),
      h(
        "div",
        { class: "rv-row" },
        h(
          "button",
          { disabled: step === 0, onclick: () => this.app.lesson(own.key, step - 1) },
          "Back",
        ),
        last && following
          ? h(
              "button",
              { class: "rv-primary", onclick: () => this.app.lesson(following.key, 0) },
              `Next: ${following.title}`,
            )
          : h(
              "button",
              {
                class: "rv-primary",
                disabled: last,
                onclick: () => this.app.lesson(own.key, step + 1),
              },
              "Next",
            ),
        h(
          "button",
          {
            class: "rv-icon",
            "aria-label": "Leave the lesson",
            title: "Leave the lesson",
            onclick: () => this.app.leaveLesson(),
          },
          "✕",
        ),
      ),
    );
  }
}

/**
 * The part of the state that does not need the passes: data and damage.
 * @param {Content} content
 * @param {import("./content.js").Lesson} lesson
 * @param {LessonStep} step
 * @returns {{data: import("./training.js").Data | null, damage: import("./state.js").Damage[]}}
 */
export function lessonEdits(content, lesson, step) {
  const own = lesson.data ?? content.data ?? null;
  const data = own && structuredClone(own);
  for (const [row, column] of step.at.flip ?? []) if (data) flipBit(data, row - 1, column - 1);
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
  return { data, damage };
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
