/** The text of bytes in UTF-8, without a mark at its beginning; null where they are none: others in their place would be another text. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
