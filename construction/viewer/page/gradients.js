/** What SGD does, drawn over the grid: the gradient on its way back, and the update of the memory. */

import { number, thirds } from "./dom.js";
import { patchAt } from "./passes.js";
import { FONT } from "./pictures.js";

/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./view.js").View} View */

/**
 * The gradient of the output by this layer's pixels; everything without one is dimmed.
 * @param {CanvasRenderingContext2D} context
 * @param {Layout} layout
 * @param {View} view
 */
export function drawGradient(context, layout, view) {
  const gradient = view.pass.gradients[view.layer];
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let pixel = 0; pixel < gradient.length; pixel++) {
    const [x, y] = layout.corner(pixel);
    if (!gradient[pixel]) {
      context.fillStyle = view.dark ? "rgba(13,17,23,0.72)" : "rgba(255,255,255,0.74)";
      context.fillRect(x, y, layout.size, layout.size);
      continue;
    }
    drawValue(context, layout, view, pixel, number(gradient[pixel], true));
  }
  if (view.layer >= view.pass.run.computed) return;
  // From which pixels of the layer above the gradient comes, where that is not the pixel itself.
  const above = view.pass.gradients[view.layer + 1];
  for (let pixel = 0; pixel < above.length; pixel++) {
    if (!above[pixel]) continue;
    const row = Math.floor(pixel / view.columns);
    const patch = patchAt(
      view.network,
      view.grid,
      view.rows,
      view.columns,
      row,
      pixel % view.columns,
    );
    view.network.jacobian(patch).forEach((slope, position) => {
      if (slope && position !== 4) drawArrow(context, layout, view, pixel, position);
    });
  }
}

/**
 * The memory after the update: numbers of W, and the row that changed.
 * @param {CanvasRenderingContext2D} context
 * @param {Layout} layout
 * @param {View} view
 */
export function drawUpdate(context, layout, view) {
  const { palette } = view.content;
  const theme = view.dark ? "dark" : "light";
  for (let row = 0; row < view.rows; row++) {
    for (let column = 0; column < view.columns; column++) {
      const [x, y] = layout.corner(row * view.columns + column);
      const weight = view.pass.memory[row][column];
      if (weight === undefined) continue; // the work column is no memory
      const change = view.pass.change[row]?.[column] ?? 0;
      const value = weight + change;
      if (change) {
        drawValue(context, layout, view, row * view.columns + column, thirds(value, true));
        continue;
      }
      const [fill0, fill1, ink] = palette[weight ? "memory" : "blank"][theme];
      context.fillStyle = weight < 0 ? fill1 : fill0;
      context.beginPath();
      context.roundRect(x + 1, y + 1, layout.size - 2, layout.size - 2, layout.size > 20 ? 4 : 0);
      context.fill();
      if (layout.size > 12) {
        context.strokeStyle = view.dark ? "rgba(255,255,255,0.14)" : "rgba(20,30,40,0.16)";
        context.lineWidth = 1;
        context.stroke();
      }
      if (layout.size < 16) continue;
      context.fillStyle = ink;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.font = `600 ${Math.round(layout.size * 0.34)}px ${FONT}`;
      context.fillText(
        thirds(value, true),
        x + layout.size / 2,
        y + layout.size / 2 + 1,
        layout.size - 6,
      );
    }
  }
}

/**
 * A number in a pixel that the gradient or the update reaches.
 * @param {CanvasRenderingContext2D} context
 * @param {Layout} layout
 * @param {View} view
 * @param {number} pixel
 * @param {string} text
 */
function drawValue(context, layout, view, pixel, text) {
  const { size } = layout;
  const [x, y] = layout.corner(pixel);
  context.fillStyle = view.colours.warm;
  context.beginPath();
  context.roundRect(x + 2, y + 2, size - 4, size - 4, size > 20 ? 4 : 0);
  context.fill();
  if (size < 16) return;
  context.fillStyle = view.colours.warmInk;
  context.font = `600 ${Math.round(size * 0.36)}px ${FONT}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, x + size / 2, y + size / 2 + 1, size - 6);
}

/**
 * From a pixel to one of its neighbours.
 * @param {CanvasRenderingContext2D} context
 * @param {Layout} layout
 * @param {View} view
 * @param {number} pixel
 * @param {number} position
 */
function drawArrow(context, layout, view, pixel, position) {
  const [x, y] = layout.corner(pixel);
  context.strokeStyle = view.colours.accent;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x + layout.size / 2, y + layout.size / 2);
  context.lineTo(
    x + layout.size * ((position % 3) - 0.5),
    y + layout.size * (Math.floor(position / 3) - 0.5),
  );
  context.stroke();
}
