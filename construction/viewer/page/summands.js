/** The sum that becomes the next code, term by term. */

import { meaningOf } from "./content.js";
import { h, number } from "./dom.js";
import { PLACES } from "./network.js";
import { tile } from "./tile.js";

/** @typedef {import("./view.js").View} View */

/**
 * @param {View} view
 * @param {import("./explain.js").Explanation} explanation
 */
export function sumTable(view, { shares, gates, constant, next, tablesOn }) {
  const terms = shares.filter((share) => share.adds !== 0 || share.position === "C");
  const lines = terms.map((share) =>
    h(
      "tr",
      {},
      h("td", {}, tile(view, share.code, "rv-small-tile")),
      h(
        "td",
        {},
        h("b", {}, share.position === "C" ? "itself" : PLACES[share.position]),
        h("span", { class: "rv-why" }, meaningOf(view.content, share.code).words),
      ),
      h("td", { class: "rv-adds" }, number(share.adds, true)),
    ),
  );
  for (const gate of gates) {
    if (!gate.adds) continue;
    lines.push(
      h(
        "tr",
        { class: "rv-gate-term" },
        h("td", {}, h("span", { class: "rv-tile rv-small-tile rv-gate-tile" }, "∧")),
        h("td", {}, h("b", {}, "a gate"), h("span", { class: "rv-why" }, gate.name)),
        h("td", { class: "rv-adds" }, number(gate.adds, true)),
      ),
    );
  }
  if (constant)
    lines.push(
      h(
        "tr",
        {},
        h("td"),
        h(
          "td",
          {},
          h("b", {}, tablesOn ? "a damaged bias" : "the last bias"),
          h(
            "span",
            { class: "rv-why" },
            tablesOn
              ? "the sound network has another"
              : "otherwise hidden: it is where the tables begin",
          ),
        ),
        h("td", { class: "rv-adds" }, number(constant, true)),
      ),
    );
  if (!tablesOn)
    lines.push(
      h(
        "tr",
        {},
        h("td"),
        h(
          "td",
          {},
          h("b", {}, "the tables’ unit is off"),
          h("span", { class: "rv-why" }, "its sum is not above 0"),
        ),
        h("td", { class: "rv-adds" }, "0"),
      ),
    );
  const meaning = meaningOf(view.content, next);
  lines.push(
    h(
      "tr",
      { class: "rv-total" },
      h("td", {}, view.next === null ? null : tile(view, next, "rv-small-tile")),
      h("td", {}, h("b", {}, "next code"), h("span", { class: "rv-why" }, meaning.words)),
      h("td", { class: "rv-adds" }, `= ${number(next)}`),
    ),
  );
  return h(
    "table",
    { class: "rv-sum" },
    h("caption", { class: "rv-hidden" }, "The sum that becomes the next code"),
    h("tbody", {}, ...lines),
  );
}
