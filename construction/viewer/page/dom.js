/** Elements from JavaScript. Text from data is always set as text; nothing is parsed as markup. */

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | null | undefined | EventListener | ((event: any) => void)>} Properties */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element: properties that begin with "on" are listeners, all others attributes.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Properties} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  configure(element, properties, children);
  return element;
}

/**
 * An SVG element.
 * @param {string} tag
 * @param {Properties} [properties]
 * @param {...Child} children
 * @returns {SVGElement}
 */
export function svg(tag, properties = {}, ...children) {
  const element = /** @type {SVGElement} */ (document.createElementNS(SVG, tag));
  configure(element, properties, children);
  return element;
}

/**
 * Puts these in the place of what an element holds.
 * @param {Element} element
 * @param {...Child} children
 */
export function fill(element, ...children) {
  element.replaceChildren(...present(children));
}

/**
 * @param {Element} element
 * @param {Properties} properties
 * @param {Child[]} children
 */
function configure(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...present(children));
}

/**
 * @param {Child[]} children
 * @returns {(Node | string)[]}
 */
function present(children) {
  return children.flatMap((child) =>
    child === null || child === undefined || child === false
      ? []
      : [child instanceof Node ? child : String(child)],
  );
}

/**
 * Keeps an element's inner size, so that no frame has to ask for it and lay the page out again.
 * @param {Element} element
 * @param {() => void} changed
 */
export function sizeOf(element, changed) {
  const size = { width: 0, height: 0 };
  new ResizeObserver(() => {
    if (size.width === element.clientWidth && size.height === element.clientHeight) return;
    size.width = element.clientWidth;
    size.height = element.clientHeight;
    changed();
  }).observe(element);
  return size;
}

/**
 * A number with a true minus sign, and a plus if wanted.
 * @param {number} value
 * @param {boolean} [plus]
 */
export function number(value, plus = false) {
  const shown = Math.abs(value).toLocaleString("en", { maximumFractionDigits: 4 });
  return value < 0 ? `−${shown}` : plus && value > 0 ? `+${shown}` : shown;
}

/**
 * A third of an integer, as a fraction.
 * @param {number} count
 * @param {boolean} [plus]
 */
export function thirds(count, plus = false) {
  if (count === 0) return "0";
  const sign = count < 0 ? "−" : plus ? "+" : "";
  const size = Math.abs(count);
  return (
    sign + (size === 1 ? "⅓" : size === 2 ? "⅔" : size % 3 === 0 ? `${size / 3}` : `${size}/3`)
  );
}

/**
 * "1 layer", "2 layers".
 * @param {number} count
 * @param {string} noun
 */
export function counted(count, noun) {
  return `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * What has the focus, in the document or in the shadow tree that an element is in.
 * @param {Element} element
 */
export function focusNear(element) {
  const root = element.getRootNode();
  return root instanceof Document || root instanceof ShadowRoot ? root.activeElement : null;
}
