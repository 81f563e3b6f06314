/** A drawing, and what has to stand beside it where it is seen without the page. */
export interface Framed {
  readonly width: number;
  readonly height: number;
  /** SVG elements, in pixels from the drawing's upper left corner. */
  readonly content: string;
  readonly title: string;
  /** Where it comes from: program, model, run, date. */
  readonly source: string;
  readonly colours: { readonly page: string; readonly ink: string; readonly note: string };
  /** CSS rules for its fonts. */
  readonly fonts: string;
  readonly family: string;
}

const margin = 16;
const titleHeight = 28;
const sourceHeight = 24;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
// XML has no other control characters than tab and line ends; one of them would make the whole file unreadable.
// oxlint-disable-next-line no-control-regex
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Text as it may stand in an element or an attribute. */
export const escapeXml = (text: string): string => text.replaceAll(forbidden, '').replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);

/** Width and height of the whole picture, whole pixels. */
export const pictureSize = ({ width, height }: Pick<Framed, 'width' | 'height'>): readonly [width: number, height: number] => [
  Math.ceil(width) + 2 * margin,
  Math.ceil(height) + margin + titleHeight + sourceHeight,
];

/** The drawing as an SVG file of its own, titled, with its source under it, on the page's colour. */
export function framePicture(drawing: Framed): string {
  const { content, title, source, colours, fonts, family } = drawing;
  const [width, height] = pictureSize(drawing);
  const text = (y: number, size: number, weight: number, fill: string, words: string): string =>
    `<text x="${margin}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}">${escapeXml(words)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeXml(family)}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<desc>${escapeXml(source)}</desc>`,
    fonts === '' ? '' : `<style>${fonts}</style>`,
    `<rect width="${width}" height="${height}" fill="${colours.page}"/>`,
    text(margin + 11, 14, 600, colours.ink, title),
    `<g transform="translate(${margin} ${margin + titleHeight - 8})">${content}</g>`,
    text(height - 10, 11, 400, colours.note, source),
    '</svg>',
  ].join('\n');
}
