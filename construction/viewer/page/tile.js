/** A code as a small element, for the panels beside the grid. */

import { meaningOf } from "./content.js";
import { h } from "./dom.js";

/** @typedef {import("./view.js").View} View */

/**
 * @param {View} view
 * @param {number} code
 * @param {string} [kind] a class for the size
 */
export function tile(view, code, kind = "") {
  const meaning = meaningOf(view.content, code);
  const [fill0, fill1, ink] = view.content.palette[meaning.colour][view.dark ? "dark" : "light"];
  const element = h(
    "span",
    { class: `rv-tile ${kind}`, title: `code ${code}: ${meaning.words}` },
    meaning.text || (meaning.role === "padding" ? "" : " "),
    meaning.mark && h("sup", {}, meaning.mark),
  );
  if (meaning.mark.length > 1) element.classList.add("rv-two");
  if (meaning.role === "padding") element.classList.add("rv-wall");
  element.style.background = meaning.shade ? fill1 : fill0;
  element.style.color = ink;
  return element;
}
