import { ExplainedError } from '../base/explained-error.ts';
import { sourceLimits } from './limits.ts';
import { parseAddress } from './model-ref.ts';

/** Where a text comes from: what `run.json`, the address and the events name it by. */
export type TextRef = (
  | { readonly kind: 'bundled'; readonly id: string }
  /** `url:https://host/file.jsonl`: a text, or a file of a data set on the Hub. */
  | { readonly kind: 'url'; readonly url: string }
  /** `local:name`: a file that the reader gave, known in this session only. */
  | { readonly kind: 'local'; readonly name: string }
) & {
  /** The field of a JSON Lines file that holds the text (`…#field`); null: plain text, or the field called `text`. */
  readonly field: string | null;
};

export class TextRefError extends ExplainedError {
  constructor(text: string) {
    super({
      what: `${JSON.stringify(text.slice(0, 120))} names no text.`,
      means: 'Nothing was loaded.',
      remedy: 'Choose a bundled text, a file of your own, or the address of one.',
    });
  }
}

/** The field behind the hash; null where it is empty. */
function decodeField(text: string, encoded: string): string | null {
  try {
    return decodeURIComponent(encoded) || null;
  } catch {
    throw new TextRefError(text); // a `%` that stands for nothing
  }
}

/** Throws {@link TextRefError}. */
export function parseTextRef(text: string): TextRef {
  // Half a pair of a character beyond the basic plane cannot be written into an address.
  if (text.length > sourceLimits.reference || /\p{Cs}/u.test(text)) throw new TextRefError(text);
  const hash = text.lastIndexOf('#');
  const place = hash < 0 ? text : text.slice(0, hash);
  const field = hash < 0 ? null : decodeField(text, text.slice(hash + 1));
  if (place.startsWith('url:')) {
    const url = parseAddress(place.slice(4));
    if (!url) throw new TextRefError(text);
    url.hash = ''; // of several the last begins the field, and no server sees the others
    return { kind: 'url', url: url.href, field };
  }
  if (place.startsWith('local:')) return { kind: 'local', name: place.slice(6), field };
  if (!/^[\w.-]+$/.test(place) || /^\.+$/.test(place)) throw new TextRefError(text);
  return { kind: 'bundled', id: place, field };
}

export function formatTextRef(ref: TextRef): string {
  const field = ref.field === null ? '' : `#${encodeURIComponent(ref.field)}`;
  if (ref.kind === 'bundled') return ref.id + field;
  return (ref.kind === 'url' ? `url:${ref.url}` : `local:${ref.name}`) + field;
}
