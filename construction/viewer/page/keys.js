/** The keys of the page. */

/** @typedef {{model: import("./model.js").Model, grid: HTMLElement, weights: HTMLElement, help: () => void}} Reach */

/**
 * Does what a key stands for.
 * @param {Reach} reach what keys reach
 * @param {KeyboardEvent} event
 */
export function pressKey({ model, grid, weights, help }, event) {
  const target = /** @type {HTMLElement} */ (event.target);
  // A dialog has its own: Escape closes it.
  if (target.closest("dialog")) return;
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  const mod = event.ctrlKey || event.metaKey;
  if (mod && event.key.toLowerCase() === "z" && !typing) {
    event.preventDefault();
    model.travel(event.shiftKey ? "redo" : "undo");
    return;
  }
  if (mod || event.altKey || (typing && target.getAttribute("type") !== "range")) return;
  const pressed = target.tagName === "BUTTON" || target.tagName === "SUMMARY";
  /** @type {Record<string, () => void>} */
  const actions = {
    " ": () => model.togglePlay(),
    ArrowRight: () => model.stepBy(1),
    ArrowLeft: () => model.stepBy(-1),
    ".": () => model.stepBy(1),
    ",": () => model.stepBy(-1),
    "]": () => model.passBy(1),
    "[": () => model.passBy(-1),
    Home: () => model.jump(0),
    End: () => model.jump(Number.POSITIVE_INFINITY),
    Escape: () => model.set({ cell: null, unit: null, weight: null }),
    n: () => model.state.lesson && model.lesson(model.state.lesson, model.state.step + 1),
    p: () =>
      model.state.lesson &&
      model.state.step > 0 &&
      model.lesson(model.state.lesson, model.state.step - 1),
    g: () => grid.focus(),
    w: () => weights.focus(),
    "?": () => help(),
  };
  const action = actions[event.key];
  if (!action || (event.key === " " && pressed)) return;
  event.preventDefault();
  action();
}
