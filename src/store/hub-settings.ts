import { parseAddress } from '../sources/model-ref.ts';
import { defaultEndpoint } from './model-store.ts';

const storageKey = 'hub-endpoint';

/** `https://host/path` without a slash at its end, query or fragment; null where it is no web address. */
export function parseEndpoint(text: string): string | null {
  const url = parseAddress(text.trim());
  return url && (url.origin + url.pathname).replace(/\/$/, '');
}

/** Whether a token may be sent there: never in the clear, except to this computer. */
export function takesToken(endpoint: string): boolean {
  const url = parseAddress(endpoint);
  return url !== null && (url.protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname));
}

/** Where models of the Hub come from, as it was chosen last. Private windows may forbid storage. */
export function storedEndpoint(): string {
  try {
    return parseEndpoint(localStorage.getItem(storageKey) ?? '') ?? defaultEndpoint;
  } catch {
    return defaultEndpoint;
  }
}

export function rememberEndpoint(endpoint: string): void {
  try {
    if (endpoint === defaultEndpoint) localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, endpoint);
  } catch {
    // see storedEndpoint()
  }
}
