import { sizeNames, type SizeName } from '../../bench/model-sizes.ts';
import type { PageGroup } from '../../bench/page-groups.ts';
import type { BenchChoice } from './bench-state.ts';

/** In the order in which they are measured. */
export const pageGroupNames: readonly PageGroup[] = ['rates', 'forward', 'prefill', 'generation', 'database', 'database-gpu', 'float16', 'engine'];

const defaultGroups: readonly PageGroup[] = ['rates', 'prefill', 'database'];

const defaultSizes: readonly SizeName[] = ['tales-6m', '25m'];

const oneOf = <Value extends string>(values: readonly Value[], text: string | null, otherwise: Value): Value => values.find((value) => value === text) ?? otherwise;

/** The names of a list that are known, in our order; `otherwise` where there is no list. */
function listed<Value extends string>(values: readonly Value[], text: string | null, otherwise: readonly Value[]): readonly Value[] {
  if (text === null) return otherwise;
  const named = text.split(',');
  return values.filter((value) => named.includes(value));
}

/** What the address asks for: `?backend=wasm&effort=full&groups=rates,prefill&sizes=1m,135m`. Anything else is as by default. */
export function choiceFromAddress(query: string): BenchChoice {
  const parameters = new URLSearchParams(query);
  return {
    backend: oneOf(['auto', 'webgpu', 'wasm'], parameters.get('backend'), 'auto'),
    effort: oneOf(['quick', 'full'], parameters.get('effort'), 'quick'),
    groups: listed(pageGroupNames, parameters.get('groups'), defaultGroups),
    sizes: listed(sizeNames, parameters.get('sizes'), defaultSizes),
  };
}
