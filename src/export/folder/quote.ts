/** Text as a literal of a language, whatever it holds. */

/** JavaScript, in the quotes that are usual there where nothing has to be escaped. */
export const jsText = (text: string): string => (/^[\w ./-]*$/.test(text) ? `'${text}'` : JSON.stringify(text));

/** Python: every JSON string is one of its strings. */
export const pythonText = (text: string): string => JSON.stringify(text);

/** POSIX shell: nothing is special between single quotes but their end. */
export const shellText = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
