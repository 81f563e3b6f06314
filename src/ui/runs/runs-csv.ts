import type { Target } from '../../run/run-config.ts';
import type { StoredRun } from '../../store/runs/stored-run.ts';
import { csv } from '../parts/csv.ts';
import type { ResultRow } from './result-rows.ts';
import type { SettingRow } from './setting-rows.ts';

/** The curves of runs, one row a generation of one run; generation 0 is uniform. Plain numbers, full precision. */
export function curvesCsv(runs: readonly StoredRun[]): string {
  const head = ['run', 'generation', 'fitness', 'forward_tokens', 'trained_tokens', 'seconds'];
  const rows = runs.flatMap(({ name, curve }) => [
    ...(curve.start === null ? [] : [[name, 0, curve.start, 0, 0, null]]),
    ...curve.fitness.map((value, index) => [name, index + 1, value, curve.forwardTokens[index], curve.trainedTokens[index], curve.at[index]]),
  ]);
  return csv([head, ...rows]);
}

/** As in `run.json`: "sparsity 0.5". */
const targetText = (target: Target): string => Object.entries(target).map((entry) => entry.join(' ')).join(', ');

/** What every run of the list is and came to. */
export function runsCsv(runs: readonly StoredRun[]): string {
  const head = ['id', 'name', 'started', 'state', 'model', 'strategy', 'seed', 'target', 'generations', 'seconds', 'fitness', 'parameters', 'perplexity', 'kl', 'agreement', 'device'];
  return csv([
    head,
    ...runs.map(({ id, name, startedAt, state, config, curve, seconds, result, quality, device }) => [
      id, name, startedAt, state, config.model, config.search.strategy, config.seed, targetText(config.target), curve.fitness.length, seconds,
      curve.fitness.findLast((value) => value !== null), result?.parameters.pruned.total, quality.winner?.perplexity, quality.winner?.kl, quality.winner?.agreement, device,
    ]),
  ]);
}

/** Settings side by side; a value that was changed on the way as "3 → 2". */
export const settingsCsv = (names: readonly string[], rows: readonly SettingRow[]): string =>
  csv([['setting', ...names], ...rows.map(({ name, values }) => [name, ...values.map((each) => each.join(' → '))])]);

/** Results side by side, full precision. */
export const resultsCsv = (names: readonly string[], rows: readonly ResultRow[]): string =>
  csv([['measure', 'dense', ...names], ...rows.map(({ name, values }) => [name, ...values])]);

/** What each run keeps of every module. */
export function shapesCsv(runs: readonly StoredRun[]): string {
  const rows = runs.flatMap(({ name, modules, parent }) =>
    modules.map(({ layer, kind, structures, kept }, module) => {
      const level = parent?.genome[module] ?? 0;
      return [name, layer + 1, kind, level, kept[level], structures];
    }),
  );
  return csv([['run', 'layer', 'kind', 'level', 'kept', 'of'], ...rows]);
}
