import type { BrowserFacts } from '../../store/bench/bench-report.ts';

interface Brand {
  readonly brand: string;
  readonly version: string;
}

/** Chromium's own names for itself, without the made-up one that it puts among them; null elsewhere. */
function brandOf(): string | null {
  if (!('userAgentData' in navigator)) return null;
  const { brands } = navigator.userAgentData as { readonly brands: readonly Brand[] };
  const known = brands.filter(({ brand }) => !/not.?a.?brand/i.test(brand)).map(({ brand, version }) => `${brand} ${version}`);
  return known.length === 0 ? null : known.join(', ');
}

/** What this browser says of itself. */
export const browserFacts = (): BrowserFacts => ({
  browser: brandOf() ?? navigator.userAgent,
  processors: navigator.hardwareConcurrency,
  isolated: crossOriginIsolated,
});
