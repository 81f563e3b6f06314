import { formatTextRef, parseTextRef } from '../sources/text-ref.ts';

/** A text's ref without its field: what it is looked into by. */
export const textPlace = (text: string): string => formatTextRef({ ...parseTextRef(text), field: null });

/** The same text with another field, or with none. */
export const withField = (text: string, field: string | null): string => formatTextRef({ ...parseTextRef(text), field });

/** For people: the name of a file, or of a text that comes with the page. */
export function textName(text: string): string {
  const ref = parseTextRef(text);
  switch (ref.kind) {
    case 'bundled':
      return ref.id;
    case 'local':
      return ref.name;
    case 'url':
      return decodeName(new URL(ref.url).pathname.split('/').findLast((part) => part !== '') ?? new URL(ref.url).host);
  }
}

/** `%20` is a space; what is not well escaped stays. */
function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
