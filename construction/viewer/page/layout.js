/** Where the pixels of the grid stand on the canvas, in units of the page. */

const LARGEST = 72;
const SMALLEST = 5;
/** On a single row there is room for more, and it scrolls. */
const SMALLEST_ON_A_TAPE = 28;

/** The places for a grid of this size in a box of this size. */
export class Layout {
  /**
   * @param {number} rows
   * @param {number} columns
   * @param {{width: number, height: number}} box
   * @param {boolean} headed whether there are headings at the left and at the top
   */
  constructor(rows, columns, box, headed) {
    this.rows = rows;
    this.columns = columns;
    this.left = headed ? 40 : 4;
    this.top = headed ? 44 : 4;
    const width = box.width - this.left - 4;
    const height = box.height - this.top - 4;
    /** The side of a pixel. */
    const smallest = rows === 1 ? SMALLEST_ON_A_TAPE : SMALLEST;
    this.size = Math.max(smallest, Math.floor(Math.min(width / columns, height / rows, LARGEST)));
    this.wide = this.left + this.size * columns + 3;
    this.high = this.top + this.size * rows + 3;
  }

  /**
   * The upper left corner of a pixel.
   * @param {number} pixel
   * @returns {[number, number]}
   */
  corner(pixel) {
    const row = Math.floor(pixel / this.columns);
    return [this.left + (pixel - row * this.columns) * this.size, this.top + row * this.size];
  }

  /**
   * The pixel at a point of the canvas, or null beside the grid.
   * @param {number} x
   * @param {number} y
   * @returns {[number, number] | null}
   */
  cellAt(x, y) {
    const column = Math.floor((x - this.left) / this.size);
    const row = Math.floor((y - this.top) / this.size);
    const inside = row >= 0 && row < this.rows && column >= 0 && column < this.columns;
    return inside ? [row, column] : null;
  }
}
