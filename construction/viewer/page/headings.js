/** The headings of the grid's rows and columns, and the signs of the input. */

import { columnName, rowName } from "./content.js";
import { FONT } from "./pictures.js";

/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./view.js").View} View */

/**
 * Draws them.
 * @param {CanvasRenderingContext2D} context
 * @param {Layout} layout
 * @param {View} view
 */
export function drawHeadings(context, layout, view) {
  if (view.content.kind !== "learner") return;
  const { ink, faint } = view.colours;
  const features = view.pass.inputs.length - 1;
  context.textBaseline = "middle";
  context.textAlign = "center";
  const small = layout.size < 26;
  for (let column = 0; column < view.columns; column++) {
    const x = layout.left + (column + 0.5) * layout.size;
    context.fillStyle = faint;
    context.font = `500 ${small ? 10 : 13}px ${FONT}`;
    if (!small || column % 5 === 0) {
      context.fillText(
        columnName(view.content, column, features),
        x,
        11,
        layout.size * (small ? 4 : 0.96),
      );
    }
    const z = view.pass.inputs[column];
    if (z === undefined || layout.size < 12) continue;
    context.fillStyle = ink;
    context.font = `600 ${small ? 11 : 14}px ${FONT}`;
    context.fillText(z < 0 ? "−" : "+", x, 31);
  }
  context.textAlign = "right";
  context.fillStyle = faint;
  context.font = `500 13px ${FONT}`;
  context.fillText("z =", layout.left - 8, 31);
  for (let row = 0; row < view.rows; row++) {
    const name = rowName(view.content, view.pass, row);
    if (layout.size < 14 && row % 5 && name !== "test") continue;
    context.fillText(name, layout.left - 8, layout.top + (row + 0.5) * layout.size);
  }
}
