import type { Quality, RunResult, Speed } from '../../run/run-result.ts';
import type { RunState } from '../../store/run-state.ts';
import type { StoredRun } from '../../store/runs/stored-run.ts';
import { bytes, count, kl, missing, parameters, percent, perplexity, tokens } from '../format/format.ts';
import { csv } from '../parts/csv.ts';

/** One model of the table of results; null is what was not measured. */
export interface ResultColumn {
  readonly key: 'dense' | 'uniform' | 'random' | 'searched' | 'winner';
  readonly title: string;
  readonly parameters: number | null;
  /** Of its prunable modules. */
  readonly prunable: number | null;
  readonly quality: Quality | null;
  readonly speed: Speed | null;
  /** Tokens that were trained for it; `more`: on top of those of the column before. */
  readonly trained: { readonly tokens: number; readonly more: boolean } | null;
}

export interface ResultSources {
  readonly result: RunResult;
  readonly search: RunState['search'];
  /** Speeds that were measured after the run, by the model's id. */
  readonly speeds: Readonly<Record<string, Speed>>;
  /** A run of random search at equal budget, where there is one. */
  readonly random: Pick<StoredRun, 'result' | 'quality' | 'speed'> | null;
}

const winnerTitles = { evolution: 'DarwinLM', random: 'Random search', uniform: 'Uniform' } as const;

/** Tokens that the search trained its candidates on. */
const searchedTokens = (search: RunState['search']): number => search?.history.at(-1)?.trainedTokens ?? 0;

/** Whether the winner was trained on after the search. */
export const isPostTrained = ({ result, search }: Pick<ResultSources, 'result' | 'search'>): boolean => result.tokens.trained > searchedTokens(search);

/** The models of a run that is over, side by side; the winner last. */
export function resultColumns({ result, search, speeds, random }: ResultSources): ResultColumn[] {
  const { dense, pruned } = result.parameters;
  const { heldOut } = result;
  const strategy = search?.strategy ?? 'evolution';
  const uniform = search?.uniform ?? null;
  const searchTokens = searchedTokens(search);
  const postTokens = result.tokens.trained - searchTokens;
  const speed = speeds[search?.parent.id ?? ''] ?? result.speed?.winner ?? null;
  const title = winnerTitles[strategy];
  const shape = { parameters: pruned.total, prunable: pruned.prunable, speed };
  const inSearch = searchTokens > 0 ? { tokens: searchTokens, more: false } : null;
  const columns: ResultColumn[] = [
    { key: 'dense', title: 'Dense', parameters: dense.total, prunable: dense.prunable, quality: heldOut.dense, speed: speeds['dense'] ?? result.speed?.dense ?? null, trained: null },
  ];
  if (strategy !== 'uniform' && uniform) {
    const total = dense.total - dense.prunable + uniform.size;
    columns.push({ key: 'uniform', title: 'Uniform', parameters: total, prunable: uniform.size, quality: heldOut.uniform, speed: speeds[uniform.id] ?? result.speed?.uniform ?? null, trained: null });
  }
  if (strategy === 'evolution') columns.push(randomColumn(random));
  if (heldOut.searched) columns.push({ key: 'searched', title, ...shape, quality: heldOut.searched, trained: inSearch });
  const inAll = heldOut.searched ? { tokens: postTokens, more: true } : { tokens: result.tokens.trained, more: false };
  const trained = postTokens > 0 ? inAll : inSearch;
  columns.push({ key: 'winner', title: postTokens > 0 ? `${title}, post-trained` : title, ...shape, quality: heldOut.winner, trained });
  return columns;
}

function randomColumn(random: ResultSources['random']): ResultColumn {
  const size = random?.result?.parameters.pruned ?? null;
  const trained = random?.result?.tokens.trained ?? 0;
  // What random search found, without the post-training that it may have had.
  const quality = random ? (random.quality.searched ?? random.quality.winner ?? null) : null;
  return {
    key: 'random',
    title: 'Random search, equal budget',
    parameters: size?.total ?? null,
    prunable: size?.prunable ?? null,
    quality,
    speed: random?.speed.winner ?? null,
    trained: trained > 0 ? { tokens: trained, more: false } : null,
  };
}

/** One measure of all models, in words. */
export interface ResultRow {
  readonly name: string;
  readonly cells: readonly string[];
}

const bytesOfHalf = 2;
const rate = (value: number | undefined): string => (value === undefined ? missing : perplexity(value));

/** The table's rows. The dense model's KL to itself is 0 and its agreement 100 % by definition, whatever rounding says. */
export function resultRows(columns: readonly ResultColumn[]): ResultRow[] {
  const row = (name: string, write: (column: ResultColumn) => string): ResultRow => ({ name, cells: columns.map(write) });
  const prefill = columns.find(({ speed }) => speed !== null)?.speed?.prefillTokens;
  return [
    row('Parameters', (column) => parameters(column.parameters)),
    row('in the layers', (column) => parameters(column.prunable)),
    row('File, fp16', (column) => bytes(column.parameters === null ? null : column.parameters * bytesOfHalf)),
    row('Perplexity, held out', ({ quality }) => perplexity(quality?.perplexity)),
    row('KL to dense, nats', ({ key, quality }) => (key === 'dense' ? count(0) : kl(quality?.kl))),
    row('Top-token agreement', ({ key, quality }) => (key === 'dense' ? percent(1) : percent(quality?.agreement))),
    row('Decode, tok/s', ({ speed }) => rate(speed?.decodeTokensPerSecond)),
    row(prefill === undefined ? 'Prefill, tok/s' : `Prefill ${count(prefill)}, tok/s`, ({ speed }) => rate(speed?.prefillTokensPerSecond)),
    row('Trained tokens', ({ trained }) => (trained === null ? missing : `${trained.more ? '+\u202f' : ''}${tokens(trained.tokens)}`)),
  ];
}

/** Plain numbers, full precision; what is missing is empty. */
export function resultCsv(columns: readonly ResultColumn[]): string {
  const head = ['model', 'parameters', 'prunable_parameters', 'perplexity', 'kl', 'agreement', 'decode_tokens_per_second', 'prefill_tokens', 'prefill_tokens_per_second', 'trained_tokens'];
  const rows = columns.map(({ title, quality, speed, trained, ...sizes }) => [
    title, sizes.parameters, sizes.prunable, quality?.perplexity, quality?.kl, quality?.agreement,
    speed?.decodeTokensPerSecond, speed?.prefillTokens, speed?.prefillTokensPerSecond, trained?.tokens,
  ]);
  return csv([head, ...rows]);
}
