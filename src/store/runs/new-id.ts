/** The id of a run: short enough for an address that holds four of them. */
export const newId = (): string => Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => (byte % 36).toString(36)).join('');
