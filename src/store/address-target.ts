import type { Target } from '../run/run-config.ts';

/** Numbers only where the whole text is one: `Number('')` would be 0. */
const number = (text: string): number => (/^\d+(\.\d+)?(e-?\d+)?$/.test(text) ? Number(text) : Number.NaN);

const million = 1e6;

/** A target as an address names it: `0.5` (share that goes), `84.7M` or `84700001` (parameters), `x1.5:decode` (speed). */
export function writeTarget(target: Target): string {
  if ('sparsity' in target) return String(target.sparsity);
  if ('speedup' in target) return `x${target.speedup}:${target.measure}`;
  const { parameters } = target;
  return parameters >= million && parameters % 1000 === 0 ? `${parameters / million}M` : String(parameters);
}

/** What an address names; the schema turns away what is no target. */
export function readTarget(text: string): unknown {
  const speed = /^x([^:]*):([a-z]+)$/.exec(text);
  if (speed) return { speedup: number(speed[1] ?? ''), measure: speed[2] };
  if (text.endsWith('M')) return { parameters: Math.round(number(text.slice(0, -1)) * million) };
  const value = number(text);
  return Number.isInteger(value) ? { parameters: value } : { sparsity: value };
}
