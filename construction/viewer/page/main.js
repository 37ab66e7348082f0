/** The page: content from its own JSON, state in its address. */

import { App } from "./app.js";
import { programInterface } from "./interface.js";

const view = /** @type {HTMLElement} */ (document.getElementById("view"));
const text = document.getElementById("content")?.textContent ?? "";
const app = new App(view, JSON.parse(text), {
  read: () => location.hash,
  write: (state) => {
    if (location.hash !== `#${state}`) history.replaceState(null, "", `#${state}`);
  },
});
window.addEventListener("hashchange", () => app.model.load(location.hash));
document.addEventListener("keydown", (event) => app.key(event));
Object.assign(view, { rcnn: programInterface(app.model) });
