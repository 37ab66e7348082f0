/** The moments of a pass, in order: its layers forwards; for an SGD step also backwards, and the update. */

/** @typedef {import("./training.js").Pass} Pass */
/** @typedef {{kind: "forward" | "backward" | "update", layer: number}} Moment */
/** @typedef {"memory" | "waves" | "computing" | "answer" | "backward" | "update"} Phase */

/** Roles of cells whose mask is coming off. */
export const UNMASKING = new Set(["masked", "held", "unmasking"]);

/** @param {Pass} pass */
export function momentCount(pass) {
  const { computed } = pass.run;
  return pass.gradients.length ? 2 * computed + 3 : computed + 1;
}

/**
 * @param {Pass} pass
 * @param {number} at
 * @returns {Moment}
 */
export function momentAt(pass, at) {
  const { computed } = pass.run;
  if (at <= computed) return { kind: "forward", layer: Math.max(0, at) };
  if (at <= 2 * computed + 1) return { kind: "backward", layer: 2 * computed + 1 - at };
  return { kind: "update", layer: 0 };
}

/**
 * The place of a moment in its pass.
 * @param {Pass} pass
 * @param {Moment} moment
 */
export function placeOf(pass, { kind, layer }) {
  const { computed } = pass.run;
  const shown = Math.min(layer, computed);
  return kind === "forward"
    ? shown
    : kind === "backward"
      ? 2 * computed + 1 - shown
      : 2 * computed + 2;
}

/**
 * The phase of every moment.
 * @param {Pass} pass
 * @param {Record<string, import("./content.js").Meaning>} meanings
 * @returns {Phase[]}
 */
export function phases(pass, meanings) {
  /** @type {Phase[]} */
  const result = [];
  let unmasked = false;
  pass.run.grids.forEach((grid, layer) => {
    if (layer === 0 && pass.kind !== "run") {
      result.push("memory");
      return;
    }
    let answered = false;
    for (const code of grid) {
      const role = meanings[code]?.role;
      if (pass.kind === "predict" && !unmasked && UNMASKING.has(role)) {
        result.push("waves");
        return;
      }
      answered ||= role === "answer" || role === "found";
    }
    unmasked = true;
    result.push(answered ? "answer" : "computing");
  });
  if (pass.kind === "predict" && !pass.failure) result[result.length - 1] = "answer";
  if (pass.gradients.length) {
    for (let layer = 0; layer <= pass.run.computed; layer++) result.push("backward");
    result.push("update");
  }
  return result;
}
