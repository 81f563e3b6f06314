/** Properties that a drawing may take from the page's style sheets, with what holds where nothing is said; null: inherited. */
const drawn: Readonly<Record<string, string | null>> = {
  fill: null,
  'fill-opacity': null,
  stroke: null,
  'stroke-width': null,
  'stroke-dasharray': null,
  'stroke-linecap': null,
  'stroke-linejoin': null,
  'stroke-opacity': null,
  'paint-order': null,
  'text-anchor': null,
  'dominant-baseline': null,
  'font-family': null,
  'font-size': null,
  'font-weight': null,
  'font-style': null,
  'letter-spacing': null,
  'font-variant-numeric': null,
  visibility: null,
  opacity: '1',
  overflow: 'visible',
};

/** Those that are not attributes of SVG. */
const inStyle: ReadonlySet<string> = new Set(['font-variant-numeric']);
/** Those that mean nothing without text in them. */
const ofText = /^(?:font|text|letter|dominant)/;

const meaningless = /^(?:class|style|tabindex|role|focusable|on.*|aria-.*|data-.*)$/;

/**
 * A copy of an SVG drawing that needs no style sheet: what the page's styles come to is written into each element, as
 * little as is needed. What is not displayed is left out.
 */
export function withOwnStyles(drawing: SVGElement): SVGElement {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a clone is of the same kind
  const copy = drawing.cloneNode(true) as SVGElement;
  settle(drawing, copy, null);
  return copy;
}

function settle(original: Element, copy: Element, above: CSSStyleDeclaration | null): void {
  const style = getComputedStyle(original);
  for (const name of copy.getAttributeNames()) if (meaningless.test(name)) copy.removeAttribute(name);
  const hasText = original.localName === 'text' || original.closest('text') !== null;
  for (const [name, initial] of Object.entries(drawn)) {
    const value = style.getPropertyValue(name);
    const before = initial ?? above?.getPropertyValue(name);
    copy.removeAttribute(name);
    if (value === before || (above !== null && ofText.test(name) && !hasText && original.childElementCount === 0)) continue;
    // Not as an attribute: the page's security policy forbids styles that come as text.
    if (!inStyle.has(name)) copy.setAttribute(name, value);
    else if (copy instanceof SVGElement) copy.style.setProperty(name, value);
  }
  const originals = [...original.children];
  for (const [index, child] of [...copy.children].entries()) {
    const from = originals[index];
    if (from === undefined || getComputedStyle(from).display === 'none') child.remove();
    else settle(from, child, style);
  }
}
