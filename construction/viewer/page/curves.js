/** The neurons as curves: a hinge, and the table that the hinges of a position add up to. */

import { h, svg } from "./dom.js";
import { tableOf } from "./explain.js";
import { PLACES } from "./network.js";

/** @typedef {import("./view.js").View} View */

const [WIDE, HIGH] = [104, 46];

/**
 * A hinge: 0 up to its threshold, then a straight line.
 * @param {View} view
 * @param {import("./explain.js").HingeState} hinge
 * @param {number} code
 */
export function hingeCurve(view, hinge, code) {
  const [low, high] = [view.network.padding, Math.max(hinge.threshold * 1.6, code + 6, 8)];
  const x = (/** @type {number} */ at) => 6 + ((at - low) / (high - low)) * (WIDE - 12);
  const y = (/** @type {number} */ at) =>
    HIGH - 8 - (Math.max(0, at - hinge.threshold) / (high - hinge.threshold)) * (HIGH - 16);
  return svg(
    "svg",
    { viewBox: `0 0 ${WIDE} ${HIGH}`, class: "rv-hinge-chart", "aria-hidden": "true" },
    svg("path", {
      d: `M${x(low)} ${y(low)}L${x(hinge.threshold)} ${y(hinge.threshold)}L${x(high)} ${y(high)}`,
      class: "rv-curve rv-thick",
    }),
    svg("line", { x1: x(code), x2: x(code), y1: 0, y2: HIGH, class: "rv-at" }),
    svg("circle", { cx: x(code), cy: y(code), r: 4.5, class: "rv-dot" }),
  );
}

/**
 * Each position's table: the curve that the hinges add up to, and where the present code stands on it.
 * @param {View} view
 * @param {import("./explain.js").Explanation} explanation
 */
export function tableCurves(view, { shares, hinges }) {
  return h(
    "div",
    { class: "rv-charts" },
    ...shares.map((share) => {
      const points = tableOf(view.network, view.content.bases, share.position);
      const values = points.map((point) => point.value);
      const [low, high] = [Math.min(...values, 0), Math.max(...values, 1)];
      const [first, last] = [points[0].code, points[points.length - 1].code];
      const x = (/** @type {number} */ code) => 4 + ((code - first) / (last - first)) * (WIDE - 8);
      const y = (/** @type {number} */ value) =>
        HIGH - 5 - ((value - low) / (high - low)) * (HIGH - 10);
      const path = points
        .map(
          ({ code, value }, index) =>
            `${index ? "L" : "M"}${x(code).toFixed(1)} ${y(value).toFixed(1)}`,
        )
        .join("");
      const own = hinges.filter((hinge) => hinge.position === share.position);
      const on = own.filter((hinge) => hinge.on).length;
      return h(
        "figure",
        { class: "rv-chart" },
        svg(
          "svg",
          {
            viewBox: `0 0 ${WIDE} ${HIGH}`,
            role: "img",
            "aria-label": `Table of the position ${PLACES[share.position]}: at code ${share.code} it adds ${share.adds}`,
          },
          svg("path", { d: path, class: "rv-curve" }),
          svg("line", { x1: x(share.code), x2: x(share.code), y1: 0, y2: HIGH, class: "rv-at" }),
          svg("circle", { cx: x(share.code), cy: y(share.adds), r: 3.6, class: "rv-dot" }),
        ),
        h("figcaption", {}, h("b", {}, PLACES[share.position]), ` ${on}/${own.length}`),
      );
    }),
  );
}
