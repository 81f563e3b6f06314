import type { RunConfig } from '../../run/run-config.ts';
import { modelName } from '../../sources/model-ref.ts';
import { withChanges } from '../../store/search-in-force.ts';
import type { RunRecord } from '../../store/runs/stored-run.ts';
import * as format from '../format/format.ts';
import { targetShort } from '../format/target-words.ts';
import { earlyStopWords } from '../settings/early-stop-field.tsx';

interface Setting {
  readonly name: string;
  readonly read: (config: RunConfig) => string;
}

const perStage = (read: (stage: RunConfig['search']['stages'][number]) => string) => (config: RunConfig) => config.search.stages.map(read).join(', ');
const strategies: Readonly<Record<RunConfig['search']['strategy'], string>> = { evolution: 'evolution', random: 'random search', uniform: 'uniform, no search' };

function balance({ search }: RunConfig): string {
  if (search.attentionShare === null) return 'by module count';
  const attention = Math.round(search.attentionShare * 100);
  return `${attention} / ${100 - attention}`;
}

/** Every setting that a result depends on, in the order of the form. */
const settings: readonly Setting[] = [
  { name: 'Model', read: ({ model }) => modelName(model) },
  { name: 'Target', read: ({ target }) => targetShort(target) },
  { name: 'Strategy', read: ({ search }) => strategies[search.strategy] },
  { name: 'Seed', read: ({ seed }) => String(seed) },
  { name: 'Generations', read: ({ search }) => format.count(search.generations) },
  { name: 'Offspring λ', read: ({ search }) => format.count(search.offspring) },
  { name: 'Max flips', read: ({ search }) => format.count(search.maxFlips) },
  { name: 'Attention / MLP', read: balance },
  { name: 'Switches between', read: ({ search }) => (search.mutation === 'any' ? 'any two modules' : 'modules of one type') },
  { name: 'Learning rate', read: ({ search }) => format.learningRate(search.learningRate) },
  { name: 'Keep, per stage', read: perStage(({ survivors }) => format.count(survivors)) },
  { name: 'Train tokens, per stage', read: perStage(({ trainingTokens }) => format.tokens(trainingTokens)) },
  { name: 'Test tokens, per stage', read: perStage(({ fitnessTokens }) => format.tokens(fitnessTokens)) },
  { name: 'Fitness', read: ({ search }) => (search.fitness === 'kl' ? 'KL' : 'perplexity') },
  { name: 'Early stop', read: ({ search }) => earlyStopWords(search.earlyStop) },
  { name: 'Levels', read: ({ levels }) => format.count(levels) },
  { name: 'Attention is cut by', read: ({ granularity }) => (granularity === 'kv-group' ? 'KV group' : 'query head') },
  { name: 'Calibration tokens', read: ({ calibrationTokens }) => format.tokens(calibrationTokens) },
  { name: 'Training text', read: ({ texts }) => texts.training },
  { name: 'Held-out text', read: ({ texts }) => texts.heldOut },
  { name: 'Held-out tokens', read: ({ evaluation }) => format.tokens(evaluation.tokens) },
  { name: 'Post-training tokens', read: ({ postTraining }) => format.tokens(postTraining.tokens) },
  { name: 'Post-training rate', read: ({ postTraining }) => (postTraining.tokens === 0 ? format.missing : format.learningRate(postTraining.learningRate)) },
  { name: 'Embedding and head', read: ({ trainEmbeddings }) => (trainEmbeddings ? 'trained' : 'left as they are') },
  { name: 'Stored levels', read: ({ databasePrecision }) => databasePrecision },
  { name: 'MLPs cut on', read: ({ databaseOn }) => (databaseOn === 'gpu' ? 'GPU' : 'CPU') },
];

/** One setting of several runs. */
export interface SettingRow {
  readonly name: string;
  /** A run's values one after the other: more than one where it was changed while the run went on. */
  readonly values: readonly (readonly string[])[];
  /** Runs whose values are not what most runs have. */
  readonly differs: readonly boolean[];
}

/** The configuration at the beginning, and after each change. */
function configs({ config, changes }: Pick<RunRecord, 'config' | 'changes'>): RunConfig[] {
  const all = [config];
  for (const { after } of changes) all.push({ ...config, search: withChanges(all.at(-1)?.search ?? config.search, after) });
  return all;
}

const withoutRepeats = (values: readonly string[]): string[] => values.filter((value, index) => value !== values[index - 1]);

/** The value that most runs have; of equally many the one of the first run that has it. */
function usual(keys: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].reduce<[string, number] | undefined>((most, entry) => (most && most[1] >= entry[1] ? most : entry), undefined)?.[0];
}

/** Every setting of the runs side by side. */
export function settingRows(runs: readonly Pick<RunRecord, 'config' | 'changes' | 'device'>[]): readonly SettingRow[] {
  const all = runs.map(configs);
  const rows = settings.map(({ name, read }) => ({ name, values: all.map((each) => withoutRepeats(each.map(read))) }));
  rows.push({ name: 'Device', values: runs.map(({ device }) => [device ?? format.missing]) });
  return rows.map(({ name, values }) => {
    const keys = values.map((value) => JSON.stringify(value));
    const most = usual(keys);
    return { name, values, differs: keys.map((key) => key !== most) };
  });
}

/** Whether there is something to see in a row: runs that differ, or one that was changed on the way. */
export const tellsApart = ({ differs, values }: SettingRow): boolean => differs.includes(true) || values.some((value) => value.length > 1);
