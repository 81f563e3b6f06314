/** Offers a blob as a download; the browser asks where to, or puts it among its downloads. What lies on the disk is not read here. */
export function saveBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  // Long enough for the browser to have begun; what is in memory stays there till then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

export const saveText = (name: string, type: string, parts: readonly string[]): void => saveBlob(name, new Blob([...parts], { type }));
