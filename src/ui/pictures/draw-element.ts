import { withOwnStyles } from './own-styles.ts';
import { escapeXml } from './picture-frame.ts';

/** What one presses is no part of a picture, nor what only screen readers are told. */
const left = 'button, select, input, textarea, label, .visually-hidden, [hidden]';

const number = (value: number): string => String(Math.round(value * 100) / 100);
const isClear = (colour: string): boolean => colour === 'transparent' || /^rgba\(.*, 0\)$/.test(colour);

interface Corner {
  readonly x: number;
  readonly y: number;
}

/**
 * What an element shows, as SVG elements: its drawings as they are, canvases as images, words, backgrounds and edges of boxes.
 * Positions are from `corner`. Enough for charts; not for any page.
 */
export function drawElement(element: Element, corner: Corner): string {
  const style = getComputedStyle(element);
  if (style.display === 'none' || style.visibility === 'hidden' || element.matches(left)) return '';
  if (element instanceof SVGSVGElement) return nested(element, corner);
  if (element instanceof HTMLCanvasElement) return image(element, style, corner);
  const parts = [box(element, style, corner)];
  for (const child of element.childNodes) {
    if (child instanceof Element) parts.push(drawElement(child, corner));
    else if (child instanceof Text) parts.push(words(child, style, corner));
  }
  const content = parts.join('');
  return style.opacity === '1' || content === '' ? content : `<g opacity="${style.opacity}">${content}</g>`;
}

function place(rect: DOMRect, corner: Corner): string {
  return `x="${number(rect.x - corner.x)}" y="${number(rect.y - corner.y)}" width="${number(rect.width)}" height="${number(rect.height)}"`;
}

function nested(drawing: SVGSVGElement, corner: Corner): string {
  const rect = drawing.getBoundingClientRect();
  if (rect.width === 0 || rect.height === 0) return '';
  const copy = withOwnStyles(drawing);
  copy.setAttribute('x', number(rect.x - corner.x));
  copy.setAttribute('y', number(rect.y - corner.y));
  copy.setAttribute('width', number(rect.width));
  copy.setAttribute('height', number(rect.height));
  copy.setAttribute('overflow', getComputedStyle(drawing).overflow);
  return new XMLSerializer().serializeToString(copy);
}

function image(canvas: HTMLCanvasElement, style: CSSStyleDeclaration, corner: Corner): string {
  if (canvas.width === 0 || canvas.height === 0) return '';
  const clip = style.clipPath === 'none' ? '' : ` style="clip-path:${style.clipPath}"`; // a recording's chart is cut where that stands
  return `<image ${place(canvas.getBoundingClientRect(), corner)}${clip} opacity="${style.opacity}" preserveAspectRatio="none" href="${canvas.toDataURL('image/png')}"/>`;
}

/** Background and edges. */
function box(element: Element, style: CSSStyleDeclaration, corner: Corner): string {
  const rect = element.getBoundingClientRect();
  const parts: string[] = [];
  if (!isClear(style.backgroundColor)) parts.push(`<rect ${place(rect, corner)} fill="${style.backgroundColor}"/>`);
  const [x1, y1] = [rect.left - corner.x, rect.top - corner.y];
  const [x2, y2] = [x1 + rect.width, y1 + rect.height];
  const edges = [
    ['top', x1, y1, x2, y1],
    ['right', x2, y1, x2, y2],
    ['bottom', x1, y2, x2, y2],
    ['left', x1, y1, x1, y2],
  ] as const;
  for (const [side, ...ends] of edges) {
    const width = Number.parseFloat(style.getPropertyValue(`border-${side}-width`));
    const colour = style.getPropertyValue(`border-${side}-color`);
    if (!(width > 0) || style.getPropertyValue(`border-${side}-style`) === 'none' || isClear(colour)) continue;
    const inward = (side === 'top' || side === 'left' ? 1 : -1) * (width / 2);
    const [dx, dy] = side === 'left' || side === 'right' ? [inward, 0] : [0, inward];
    const [ax, ay, bx, by] = ends;
    parts.push(`<line x1="${number(ax + dx)}" y1="${number(ay + dy)}" x2="${number(bx + dx)}" y2="${number(by + dy)}" stroke="${colour}" stroke-width="${width}"/>`);
  }
  return parts.join('');
}

/** A text node, each of its lines where the page has it. */
function words(node: Text, style: CSSStyleDeclaration, corner: Corner): string {
  return linesOf(node)
    .map(({ text, rect }) => {
      const size = Number.parseFloat(style.fontSize);
      // The baseline of a line box, as near as it can be told: Inter's ascent and descent stand about 3 to 1.
      const y = rect.top - corner.y + rect.height / 2 + size * 0.36;
      const spacing = style.letterSpacing === 'normal' ? '' : ` letter-spacing="${style.letterSpacing}"`;
      const numeric = style.fontVariantNumeric === 'normal' ? '' : ` style="font-variant-numeric:${style.fontVariantNumeric}"`;
      return `<text x="${number(rect.left - corner.x)}" y="${number(y)}" font-family="${escapeXml(style.fontFamily)}" font-size="${style.fontSize}" font-weight="${style.fontWeight}" fill="${style.color}"${spacing}${numeric}>${escapeXml(text)}</text>`;
    })
    .join('');
}

interface Line {
  readonly text: string;
  readonly rect: DOMRect;
}

/** Words that stand on one line belong together. */
function linesOf(node: Text): Line[] {
  const range = document.createRange();
  const lines: { text: string; rect: DOMRect }[] = [];
  for (const match of node.data.matchAll(/\S+/g)) {
    range.setStart(node, match.index);
    range.setEnd(node, match.index + match[0].length);
    const rect = range.getBoundingClientRect();
    if (rect.width === 0) continue;
    const last = lines.at(-1);
    if (last && Math.abs(last.rect.top - rect.top) < 2) last.text += ` ${match[0]}`;
    else lines.push({ text: match[0], rect });
  }
  return lines;
}
