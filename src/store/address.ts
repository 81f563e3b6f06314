/** The page's address as state: short parameters, replaced and not pushed, so that going back leaves the page. */

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
