/** Lessons: a sequence of states of the page, with a few words about each. */

import { dataText } from "./dataset.js";
import { fill, h } from "./dom.js";
import { lessonEdits } from "./lessonsteps.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./view.js").View} View */

/** The strip below the title. */
export class LessonPanel {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.key = "";
    /** What the step is about, as text, and which step it is. */
    this.own = "";
    this.ownKey = "";
    this.element = h("section", { class: "rv-lesson", "aria-label": "Lessons" });
  }

  /** @param {View} view */
  update(view) {
    const lessons = view.content.lessons ?? [];
    const { lesson, step } = view.state;
    const index = lessons.findIndex((each) => each.key === lesson);
    const changed = index >= 0 && this.isChanged(view, lessons[index], step);
    const key = `${lesson} ${step} ${changed}`;
    if (key === this.key) return;
    this.key = key;
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
                { onclick: () => this.model.lesson(each.key, 0) },
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
        changed &&
          h(
            "button",
            {
              title: "The data or the weights are not those that the words are about",
              onclick: () => this.model.lesson(own.key, step),
            },
            "Show this step again",
          ),
        h(
          "button",
          { disabled: step === 0, onclick: () => this.model.lesson(own.key, step - 1) },
          "Back",
        ),
        last && following
          ? h(
              "button",
              { class: "rv-primary", onclick: () => this.model.lesson(following.key, 0) },
              `Next: ${following.title}`,
            )
          : h(
              "button",
              {
                class: "rv-primary",
                onclick: () =>
                  last ? this.model.leaveLesson() : this.model.lesson(own.key, step + 1),
              },
              last ? "Finish" : "Next",
            ),
        h(
          "button",
          {
            class: "rv-icon",
            "aria-label": "Leave the lesson",
            title: "Leave the lesson",
            onclick: () => this.model.leaveLesson(),
          },
          "✕",
        ),
      ),
    );
  }

  /**
   * Whether bits or weights are no longer those that the step is about.
   * @param {View} view
   * @param {import("./content.js").Lesson} lesson
   * @param {number} step
   */
  isChanged(view, lesson, step) {
    const own = lesson.steps[step];
    if (!own) return false;
    const key = `${lesson.key} ${step}`;
    if (this.ownKey !== key) {
      const { data, damage } = lessonEdits(view.content, lesson, own);
      this.ownKey = key;
      this.own = `${data ? dataText(data) : ""} ${JSON.stringify(damage)}`;
    }
    return this.own !== `${view.dataKey} ${view.damageKey}`;
  }
}
