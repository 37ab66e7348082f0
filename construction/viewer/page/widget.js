/** The page as a widget: content and state are the notebook's. */

import { App } from "./app.js";

/** @typedef {{get(name: string): any, set(name: string, value: unknown): void, save_changes(): void}} Kept */

/** @param {{model: Kept, el: HTMLElement}} context */
function render({ model, el }) {
  const root = document.createElement("div");
  root.classList.add("rv-widget");
  el.append(root);
  const app = new App(root, model.get("content"), {
    read: () => model.get("state"),
    write: (state) => {
      model.set("state", state);
      model.save_changes();
    },
  });
  root.addEventListener("keydown", (event) => {
    app.key(event);
    // The notebook has keys of its own, for cells that are not being edited.
    event.stopPropagation();
  });
  return () => app.close();
}

export default { render };
