import { storeLimits } from './limits.ts';

/** The page's address as state: short parameters. Settings are replaced; only going to another view is a step to go back from. */

const cleared = (value: string | null): value is null => value === null || value === '';

/** The address's parameters with some set and, where null, removed; the others stay as they are. */
export function withParameters(query: string, changes: Readonly<Record<string, string | null>>): string {
  const parameters = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (cleared(value)) parameters.delete(name);
    else parameters.set(name, value);
  }
  // Legal in a query: stage tables and the names of models stay readable.
  const text = parameters.toString().replace(/%3A|%2C|%2F|%40/g, (escape) => decodeURIComponent(escape));
  return text === '' ? '' : `?${text}`;
}

export function writeParameters(changes: Readonly<Record<string, string | null>>): void {
  const query = withParameters(location.search, changes);
  if (query !== location.search) history.replaceState(history.state, '', `${location.pathname}${query}${location.hash}`);
}

/** As `writeParameters`, as a step of its own in the browser's history. */
export function pushParameters(changes: Readonly<Record<string, string | null>>): void {
  const query = withParameters(location.search, changes);
  if (query !== location.search) history.pushState(null, '', `${location.pathname}${query}${location.hash}`);
}

/** What of an address is ignored, as it is told: an address can be as long as its maker likes. */
export function toldIgnored(parts: readonly string[]): readonly string[] {
  const { ignoredPart, ignoredTold } = storeLimits;
  const told = parts.slice(0, ignoredTold).map((part) => (part.length > ignoredPart ? `${part.slice(0, ignoredPart)}…` : part));
  return parts.length > ignoredTold ? [...told, `and ${parts.length - ignoredTold} more`] : told;
}
