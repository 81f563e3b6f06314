import type { Page } from '@playwright/test';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Different colours in it: one is a blank. */
  readonly colours: number;
}

/** A picture's size and how many colours it has, as the browser draws it. */
export function look(page: Page, bytes: Buffer, type: 'image/png' | 'image/svg+xml'): Promise<Picture> {
  return page.evaluate(
    async ([address]) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.width = image.naturalWidth;
      canvas.height = image.naturalHeight;
      const context = canvas.getContext('2d');
      if (!context) throw new Error('no canvas');
      context.drawImage(image, 0, 0);
      const pixels = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
      return { width: canvas.width, height: canvas.height, colours: new Set(pixels).size };
    },
    [`data:${type};base64,${bytes.toString('base64')}`] as const,
  );
}

/** Elements of an SVG by name, after it was parsed as a file of its own; throws where it is none. In an empty page: the site's own may parse none. */
export async function elementsOf(site: Page, svg: string): Promise<Readonly<Record<string, number>>> {
  const page = await site.context().newPage();
  const elements = await page.evaluate((text) => {
    const file = new DOMParser().parseFromString(text, 'image/svg+xml');
    const error = file.querySelector('parsererror');
    if (error) throw new Error(error.textContent ?? 'not parsed');
    const counts: Record<string, number> = {};
    for (const { localName } of file.querySelectorAll('*')) counts[localName] = (counts[localName] ?? 0) + 1;
    return counts;
  }, svg);
  await page.close();
  return elements;
}
