/** The unit that somebody chose: its arithmetic on the present patch. */

import { hingeCurve } from "./curves.js";
import { counted, h, number } from "./dom.js";
import { PLACES, POSITIONS } from "./network.js";

/** @typedef {import("./view.js").View} View */

/**
 * @param {import("./model.js").Model} model
 * @param {View} view
 * @param {import("./explain.js").Explanation} explanation
 */
export function pinnedUnit(model, view, { shares, hinges, gates }) {
  if (!view.unit) return null;
  const [layer, unit] = view.unit;
  const close = h(
    "button",
    {
      class: "rv-icon",
      "aria-label": "Let go of this neuron",
      title: "Let go of this neuron",
      onclick: () => model.set({ unit: null }),
    },
    "✕",
  );
  if (layer === 0) {
    const hinge = hinges.find((each) => each.unit === unit);
    if (!hinge) return null;
    const code = view.patch?.[POSITIONS.indexOf(hinge.position)] ?? 0;
    const first = view.network.data.convolution[0];
    const weight = first.weights[unit].find((each) => each !== 0) ?? 0;
    return h(
      "div",
      { class: `rv-pinned${hinge.on ? " rv-on" : ""}` },
      hingeCurve(view, hinge, code),
      h(
        "div",
        {},
        h(
          "b",
          {},
          `Is ${hinge.position === "C" ? "its own code" : `the code ${PLACES[hinge.position]}`} above ${number(hinge.threshold)}?`,
        ),
        h(
          "p",
          {},
          `${number(weight)} × ${number(code)} ${first.biases[unit] < 0 ? "−" : "+"} ${number(Math.abs(first.biases[unit]))} = ${number(hinge.sum)}`,
          h("b", { class: "rv-verdict" }, hinge.on ? " on" : " off: 0"),
        ),
        h("p", { class: "rv-small" }, onward(view, hinge, shares)),
        h("p", { class: "rv-small" }, `Its name is “${first.names[unit]}”.`),
        h(
          "p",
          { class: "rv-small" },
          `Dots in the grid: on at ${counted(view.active?.length ?? 0, "cell")} now.`,
        ),
      ),
      close,
    );
  }
  const gate = gates.find((each) => each.unit === unit);
  if (!gate) return null;
  const on = gate.value > 0;
  return h(
    "div",
    { class: `rv-pinned${on ? " rv-on" : ""}` },
    h(
      "div",
      {},
      h("b", {}, gate.name),
      h(
        "p",
        {},
        `its sum is ${number(gate.sum)}`,
        h(
          "b",
          { class: "rv-verdict" },
          on ? ` on: adds ${number(gate.adds, true)}` : " off: adds 0",
        ),
      ),
      h(
        "p",
        { class: "rv-small" },
        `Dots in the grid: on at ${counted(view.active?.length ?? 0, "cell")} now.`,
      ),
    ),
    close,
  );
}

/**
 * Where a hinge's value goes: into the table of its position, with a weight.
 * @param {View} view
 * @param {import("./explain.js").HingeState} hinge
 * @param {import("./explain.js").Share[]} shares
 */
function onward(view, hinge, shares) {
  const [, second, last] = view.network.data.convolution;
  const weight = second.weights[0][hinge.unit] * last.weights[0][0];
  if (!weight) return "Only gates listen to it.";
  const whole = shares.find(({ position }) => position === hinge.position)?.adds ?? 0;
  const table = `The table that it belongs to gives ${number(whole, true)}.`;
  if (!hinge.on) return `It adds 0. ${table}`;
  const adds = (weight * hinge.sum) / last.scale;
  return `It adds ${number(hinge.sum)} × ${number(weight)} ÷ ${last.scale} = ${number(adds, true)}. ${table}`;
}
