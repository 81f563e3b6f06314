/** Offers bytes as a download; the browser asks where to, or puts them among its downloads. */
export function saveFile(name: string, type: string, parts: readonly BlobPart[]): void {
  const address = URL.createObjectURL(new Blob([...parts], { type }));
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  // Long enough for the browser to have begun; the bytes stay in memory till then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

export const saveText = (name: string, type: string, parts: readonly string[]): void => saveFile(name, type, parts);
