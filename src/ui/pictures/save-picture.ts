import { saveBlob } from '../parts/save-file.ts';
import { drawElement } from './draw-element.ts';
import { framePicture, pictureSize } from './picture-frame.ts';
import { fontsIn } from './picture-fonts.ts';

export type PictureKind = 'png' | 'svg';

interface Request {
  readonly kind: PictureKind;
  /** The element that is drawn, on the page. */
  readonly drawing: HTMLElement;
  readonly file: string;
  readonly title: string;
  readonly source: string;
}

/** Pixels of a PNG for each of the page. */
const sharpness = 2;

/** Saves what an element shows as a picture: vectors where it has them, at twice the size as PNG. In the page's colours and fonts. */
export async function savePicture({ kind, drawing, file, title, source }: Request): Promise<void> {
  const { x, y } = drawing.getBoundingClientRect();
  const corner = { x: x - drawing.scrollLeft, y: y - drawing.scrollTop };
  const size = { width: drawing.scrollWidth, height: drawing.scrollHeight };
  const content = drawElement(drawing, corner);
  const page = getComputedStyle(document.documentElement);
  const token = (name: string): string => page.getPropertyValue(name).trim();
  const family = getComputedStyle(document.body).fontFamily;
  const colours = { page: token('--bg'), ink: token('--ink'), note: token('--ink3') };
  const svg = framePicture({ ...size, content, title, source, colours, family, fonts: await fontsIn(content + family) });
  const blob = new Blob([svg], { type: 'image/svg+xml' });
  saveBlob(file, kind === 'svg' ? blob : await rasterised(blob, pictureSize(size)));
}

async function rasterised(svg: Blob, [width, height]: readonly [number, number]): Promise<Blob> {
  const address = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = sharpness * width;
    canvas.height = sharpness * height;
    const context = canvas.getContext('2d');
    context?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!context || !blob) throw new Error('the browser draws no picture of this size');
    return blob;
  } finally {
    URL.revokeObjectURL(address);
  }
}
