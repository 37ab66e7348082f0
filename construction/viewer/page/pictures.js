/** The pictures of the codes: each is drawn once for a size and a theme, and then copied. */

import { meaningOf } from "./content.js";

export const FONT = "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', sans-serif";

/** The pictures for one layout of the grid. */
export class Pictures {
  /**
   * @param {import("./content.js").Content} content
   * @param {number} size of a pixel, in units of the page
   * @param {number} scale of the screen
   * @param {boolean} dark
   */
  constructor(content, size, scale, dark) {
    this.content = content;
    this.size = size;
    this.scale = scale;
    this.dark = dark;
    /** @type {Map<string, HTMLCanvasElement>} */
    this.known = new Map();
  }

  /**
   * The picture of a code.
   * @param {number} code
   * @param {boolean} fresh whether the pixel changed in this layer
   */
  of(code, fresh) {
    const key = `${code} ${fresh}`;
    const known = this.known.get(key);
    if (known) return known;
    const meaning = meaningOf(this.content, code);
    const [fill0, fill1, ink] = this.content.palette[meaning.colour][this.dark ? "dark" : "light"];
    const { size, scale } = this;
    const tile = document.createElement("canvas");
    tile.width = tile.height = Math.round(size * scale);
    const context = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
    context.scale(tile.width / size, tile.width / size);
    const gap = size > 12 ? 1 : 0.5;
    context.fillStyle = meaning.shade ? fill1 : fill0;
    context.beginPath();
    context.roundRect(gap, gap, size - 2 * gap, size - 2 * gap, size > 20 ? 4 : 0);
    context.fill();
    context.strokeStyle = this.dark ? "rgba(255,255,255,0.14)" : "rgba(20,30,40,0.16)";
    context.lineWidth = 1;
    if (size > 12) context.stroke();
    if (fresh && size > 16) {
      context.strokeStyle = ink;
      context.lineWidth = 1.6;
      context.stroke();
    }
    if (size > 11) {
      context.fillStyle = ink;
      context.textAlign = "center";
      context.textBaseline = "middle";
      const long = meaning.text.length > 2;
      context.font = `600 ${Math.round(size * (long ? 0.3 : 0.46))}px ${FONT}`;
      // In a small cell a long mark needs room above.
      const middle = meaning.mark.length > 1 && size > 24 && size < 44 ? 0.64 : 0.53;
      context.fillText(meaning.text, size / 2, size * middle, size - 4);
      if (size > 24) {
        if (meaning.mark) {
          context.textAlign = "right";
          context.font = `600 ${Math.round(Math.max(11, size * 0.26))}px ${FONT}`;
          context.fillText(meaning.mark, size - 5, size * 0.22);
        }
        if (meaning.role === "head") {
          context.textAlign = "center";
          context.font = `500 ${Math.round(Math.max(9, size * 0.2))}px ${FONT}`;
          context.fillText(meaning.fields.state, size / 2, size * 0.82, size - 6);
        }
      }
    }
    this.known.set(key, tile);
    return tile;
  }
}
