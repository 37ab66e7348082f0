/** Marks on the grid: where a unit is on, where a damaged run differs, and what is chosen. */

import { meaningOf } from "./content.js";
import { FONT } from "./pictures.js";
import { differing, gridAt } from "./session.js";
import { waveThrough } from "./waves.js";

/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./view.js").View} View */

/**
 * Where the unit under the pointer is above its threshold.
 * @param {CanvasRenderingContext2D} context
 * @param {Layout} layout
 * @param {View} view
 */
export function drawActive(context, layout, view) {
  context.fillStyle = view.colours.accent;
  const radius = Math.max(2, Math.min(5, layout.size / 8));
  for (const pixel of view.active ?? []) {
    const [x, y] = layout.corner(pixel);
    context.beginPath();
    context.arc(x + radius + 4, y + layout.size - radius - 4, radius, 0, 7);
    context.fill();
  }
}

/**
 * Cells in which the run differs from the one that it is compared with.
 * @param {CanvasRenderingContext2D} context
 * @param {Layout} layout
 * @param {View} view
 */
export function drawDifference(context, layout, view) {
  const sound = view.reference[view.passNumber];
  if (!sound) return;
  context.strokeStyle = view.colours.wrong;
  context.lineWidth = 3;
  context.setLineDash([4, 3]);
  for (const pixel of differing(view.grid, gridAt(sound, view.layer))) {
    const [x, y] = layout.corner(pixel);
    context.strokeRect(x + 3, y + 3, layout.size - 6, layout.size - 6);
  }
  context.setLineDash([]);
  const { failure } = view.pass.run;
  if (!failure || view.layer !== view.pass.run.computed) return;
  const [x, y] = layout.corner(failure.row * view.columns + failure.column);
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(x + 4, y + 4);
  context.lineTo(x + layout.size - 4, y + layout.size - 4);
  context.moveTo(x + layout.size - 4, y + 4);
  context.lineTo(x + 4, y + layout.size - 4);
  context.stroke();
}

/**
 * The chosen cell, and its patch.
 * @param {CanvasRenderingContext2D} context
 * @param {Layout} layout
 * @param {View} view
 */
export function drawSelection(context, layout, view) {
  if (!view.cell) return;
  const [row, column] = view.cell;
  const [x, y] = layout.corner(row * view.columns + column);
  const wide = Math.max(layout.left - 1, x - layout.size);
  const high = Math.max(layout.top - 1, y - layout.size);
  const right = Math.min(layout.left + view.columns * layout.size + 1, x + 2 * layout.size);
  const low = Math.min(layout.top + view.rows * layout.size + 1, y + 2 * layout.size);
  context.strokeStyle = view.colours.accent;
  context.lineWidth = 1.5;
  context.setLineDash([5, 4]);
  context.strokeRect(wide, high, right - wide, low - high);
  context.setLineDash([]);
  context.lineWidth = 3;
  context.strokeRect(x + 0.5, y + 0.5, layout.size - 1, layout.size - 1);
}

/**
 * The number of the wave that goes through each cell, where there is room.
 * @param {CanvasRenderingContext2D} context
 * @param {Layout} layout
 * @param {View} view
 */
export function drawWaves(context, layout, view) {
  if (!hasWaveNumbers(layout)) return;
  const { size } = layout;
  context.font = `500 ${Math.max(10, Math.round(size * 0.2))}px ${FONT}`;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (let pixel = 0; pixel < view.grid.length; pixel++) {
    const wave = waveThrough(view, pixel);
    if (!wave) continue;
    const [x, y] = layout.corner(pixel);
    const { colour } = meaningOf(view.content, view.grid[pixel]);
    context.fillStyle = view.content.palette[colour][view.dark ? "dark" : "light"][2];
    context.fillText(`w${wave}`, x + size - 4, y + size * 0.84);
  }
}

/** @param {Layout} layout */
export function hasWaveNumbers(layout) {
  return layout.size > 34;
}
