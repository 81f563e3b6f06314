import type { Quality, Speed } from '../../run/run-events.ts';
import type { StoredRun } from '../../store/runs/stored-run.ts';
import * as format from '../format/format.ts';

/** One measure of several runs; the first value is the dense model's. */
export interface ResultRow {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly format: (value: number | null) => string;
}

interface Column {
  readonly parameters: { readonly total: number; readonly prunable: number } | null;
  readonly quality: Quality | null;
  readonly speed: Speed | null;
  readonly trained: number | null;
  readonly seconds: number | null;
}

const column = ({ result, quality, speed, curve, seconds }: StoredRun): Column => ({
  parameters: result?.parameters.pruned ?? null,
  quality: quality.winner ?? result?.heldOut.winner ?? null,
  speed: speed.winner ?? result?.speed?.winner ?? null,
  trained: result?.tokens.trained ?? curve.trainedTokens.at(-1) ?? null,
  seconds,
});

/** What the runs were cut from: where they have one dense model and one measure of it. */
function dense(runs: readonly StoredRun[]): Column | null {
  const keys = new Set(runs.map(({ config, model }) => JSON.stringify([config.model, model?.about.revision, config.texts.heldOut, config.evaluation])));
  if (keys.size !== 1) return null;
  const known = runs.find(({ result }) => result !== null) ?? runs[0];
  return {
    parameters: known?.result?.parameters.dense ?? null,
    quality: known?.quality.dense ?? known?.result?.heldOut.dense ?? null,
    speed: known?.speed.dense ?? known?.result?.speed?.dense ?? null,
    trained: null,
    seconds: null,
  };
}

const rate = (value: number | null): string => (value === null ? format.missing : format.perplexity(value));
const rows: readonly { readonly name: string; readonly read: (column: Column) => number | null; readonly format: (value: number | null) => string }[] = [
  { name: 'Parameters', read: ({ parameters }) => parameters?.total ?? null, format: format.parameters },
  { name: 'in the layers', read: ({ parameters }) => parameters?.prunable ?? null, format: format.parameters },
  { name: 'Perplexity, held out', read: ({ quality }) => quality?.perplexity ?? null, format: format.perplexity },
  { name: 'KL to dense, held out', read: ({ quality }) => quality?.kl ?? null, format: format.kl },
  { name: 'Top-token agreement', read: ({ quality }) => quality?.agreement ?? null, format: format.percent },
  { name: 'Decode, tok/s', read: ({ speed }) => speed?.decodeTokensPerSecond ?? null, format: rate },
  { name: 'Prefill, tok/s', read: ({ speed }) => speed?.prefillTokensPerSecond ?? null, format: rate },
  { name: 'Trained tokens', read: ({ trained }) => trained, format: format.tokens },
  { name: 'Time', read: ({ seconds }) => seconds, format: format.duration },
];

/** The results side by side, the dense model first; what was not measured is null. */
export function resultRows(runs: readonly StoredRun[]): readonly ResultRow[] {
  const columns = [dense(runs), ...runs.map(column)];
  return rows.map(({ name, read, format: write }) => ({ name, format: write, values: columns.map((each) => each && read(each)) }));
}
