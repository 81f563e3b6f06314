import type { Target } from '../../run/run-config.ts';
import * as format from './format.ts';

/** "1.5× as fast writing". */
const speedWords = ({ speedup, measure }: Extract<Target, { readonly speedup: number }>): string => `${format.times(speedup)} as fast ${measure === 'decode' ? 'writing' : 'reading'}`;

/** A target in a few words: "50 % pruned", "84.7 M parameters", "1.5× as fast writing". */
export function targetShort(target: Target): string {
  if ('sparsity' in target) return `${format.percent(target.sparsity)} pruned`;
  return 'parameters' in target ? `${format.parameters(target.parameters)} parameters` : speedWords(target);
}

/** "50 % of the layers’ parameters removed", "84.7 M parameters in all", "1.5× as fast writing on its device". */
export function targetWords(target: Target): string {
  if ('sparsity' in target) return `${format.percent(target.sparsity)} of the layers’ parameters pruned`;
  return 'parameters' in target ? `${format.parameters(target.parameters)} parameters in all` : `${speedWords(target)} on its device`;
}
