/** The clock: calls at a chosen speed until it is stopped. */

/** Plays the layers. */
export class Player {
  /** @param {() => void} advance */
  constructor(advance) {
    this.advance = advance;
    this.playing = false;
    /** Layers a second. */
    this.speed = 4;
  }

  start() {
    this.playing = true;
    let shown = performance.now();
    const tick = (/** @type {number} */ now) => {
      if (!this.playing) return;
      // Half a frame of tolerance, so that 60 layers a second are one layer a frame.
      if (now - shown >= 1000 / this.speed - 8) {
        shown = now;
        this.advance();
      }
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  stop() {
    this.playing = false;
  }
}
