/** The neurons as curves: a hinge, and the table that the hinges of a position add up to. */

import { h, number, svg } from "./dom.js";
import { tableOf, valueAt } from "./explain.js";
import { PLACES } from "./network.js";
import { tile } from "./tile.js";

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
 * @param {string} open the position whose table is told in full
 * @param {(position: string) => void} show
 */
export function tableCurves(view, { shares, hinges }, open, show) {
  const opened = shares.find(({ position }) => position === open);
  return h(
    "div",
    {},
    h("p", { class: "rv-small" }, "What each place adds, by its code. Choose one to read it."),
    h(
      "div",
      { class: "rv-charts" },
      ...shares.map((share) => {
        const own = hinges.filter((hinge) => hinge.position === share.position);
        const on = own.filter((hinge) => hinge.on).length;
        // A diagonal's name is too long for its picture.
        const { [share.position]: place } = PLACES;
        const name = place.includes("-") ? share.position : place;
        return h(
          "button",
          {
            class: "rv-chart",
            "data-position": share.position,
            "aria-pressed": String(share.position === open),
            title: `${on} of its ${own.length} hinges are on`,
            "aria-label": `${name} ${number(share.adds, true)}: what the place ${PLACES[share.position]} adds at code ${share.code}; ${on} of ${own.length} hinges on`,
            onclick: () => show(share.position),
          },
          curve(view, share),
          h("b", {}, name),
          ` ${number(share.adds, true)}`,
        );
      }),
    ),
    opened && tableOfCodes(view, opened),
  );
}

/**
 * @param {View} view
 * @param {import("./explain.js").Share} share
 */
function curve(view, share) {
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
  return svg(
    "svg",
    { viewBox: `0 0 ${WIDE} ${HIGH}`, "aria-hidden": "true" },
    svg("path", { d: path, class: "rv-curve" }),
    svg("line", { x1: x(share.code), x2: x(share.code), y1: 0, y2: HIGH, class: "rv-at" }),
    svg("circle", { cx: x(share.code), cy: y(share.adds), r: 3.6, class: "rv-dot" }),
  );
}

/**
 * What a place adds for each code that the program has; codes that add the same stand together.
 * @param {View} view
 * @param {import("./explain.js").Share} share
 */
function tableOfCodes(view, share) {
  /** @type {Map<number, number[]>} */
  const codes = new Map();
  for (const code of Object.keys(view.content.meanings).map(Number)) {
    const adds = valueAt(view.network, view.content.bases, share.position, code);
    codes.set(adds, [...(codes.get(adds) ?? []), code]);
  }
  const rows = [...codes].sort(([a], [b]) => a - b);
  return h(
    "table",
    { class: "rv-codes" },
    h("caption", {}, `${PLACES[share.position]}: what it adds, for each code there`),
    h(
      "tbody",
      {},
      ...rows.map(([adds, own]) =>
        h(
          "tr",
          { class: own.includes(share.code) ? "rv-is-now" : "" },
          h("th", { scope: "row" }, number(adds, true)),
          h(
            "td",
            {},
            ...own
              .sort((a, b) => a - b)
              .flatMap((code) => [tile(view, code, "rv-small-tile"), h("small", {}, code)]),
          ),
        ),
      ),
    ),
  );
}
