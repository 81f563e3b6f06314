/** A Chromium that opens pages. Throws where none can be had. */
export function findChromium(): Promise<string>;
