import type { Phase } from '../../run/run-events.ts';
import { presets, type PresetName } from '../../run/presets.ts';
import { modelName } from '../../sources/model-ref.ts';
import { settingsAtEnd, controlled } from '../../store/runs/controls.ts';
import { generationsOf, type ControlKind, type RunRecord, type StoredRun } from '../../store/runs/stored-run.ts';
import { differsFromPreset } from '../../store/settings-store.ts';
import { count, missing } from '../format/format.ts';
import { describeChanges, sentenceOf } from '../settings/describe-changes.ts';

/** How a run is under way, in one word of running text. */
const underWay: Readonly<Record<Phase, string>> = {
  load: 'loading',
  calibrate: 'calibrating',
  database: 'building levels',
  search: 'searching',
  'post-train': 'post-training',
  evaluate: 'evaluating',
  export: 'exporting',
};

/** "searching", "finished", "stopped"; "interrupted" where it was under way and no tab has it any more. */
export function stateWord({ state, phase }: Pick<RunRecord, 'state' | 'phase'>, alive: boolean): string {
  if (state !== 'running') return state;
  if (!alive) return 'interrupted';
  return phase === null ? 'starting' : underWay[phase];
}

const presetNames: Readonly<Record<PresetName, string>> = { 'quick-look': 'Quick look', standard: 'Standard', paper: 'Paper' };
const isPreset = (name: string): name is PresetName => Object.hasOwn(presets, name);

export const controlNames: Readonly<Record<ControlKind, string>> = { uniform: 'uniform', random: 'random', untrained: 'training off' };

/** "Standard", "Custom", "Standard, random search": the preset whose schedule it has. */
export function settingsWord({ config }: Pick<RunRecord, 'config'>): string {
  const { strategy } = config.search;
  if (strategy === 'uniform') return 'Uniform, no search';
  const as = { ...config, search: { ...config.search, strategy: 'evolution' as const } };
  const preset = Object.keys(presets).filter(isPreset).find((name) => !differsFromPreset(as, name));
  const word = preset ? presetNames[preset] : 'Custom';
  return strategy === 'random' ? `${word}, random search` : word;
}

/** "46 of 120", "120"; the dash where there is no search. */
export function generationWords(run: Pick<RunRecord, 'config' | 'curve' | 'generations'>): string {
  if (run.config.search.strategy === 'uniform') return missing;
  const done = generationsOf(run);
  return done === run.generations ? count(done) : `${count(done)} of ${count(run.generations)}`;
}

/** What was changed while it ran, in a line: "max flips 3 → 2, learning rate 1e-5 → 3e-5"; null where nothing was. */
export function changedWords({ changes, adopted }: Pick<RunRecord, 'changes' | 'adopted'>): string | null {
  const parts = changes.flatMap(({ before, after }) => describeChanges(before, after).map(sentenceOf));
  if (adopted > 0) parts.push(adopted === 1 ? 'a parent chosen by hand' : `${count(adopted)} parents chosen by hand`);
  return parts.length === 0 ? null : parts.join(', ');
}

/** What the model is called. */
export const modelWords = ({ model, config }: Pick<RunRecord, 'model' | 'config'>): string => model?.about.name ?? modelName(config.model);

/** Whether both measure the same: then their values compare. */
const measureOf = (run: StoredRun): Readonly<Record<string, string>> => {
  const { config } = run;
  const last = settingsAtEnd(controlled(run)).search.stages.at(-1);
  return {
    model: JSON.stringify([config.model, run.model?.about.revision]),
    target: JSON.stringify(config.target),
    fitness: config.search.fitness,
    'held-out text': config.texts.heldOut,
    'text of the search': config.texts.training,
    'tokens of the last stage': JSON.stringify([last?.fitnessTokens, last?.trainingTokens]),
  };
};

/** What the runs differ in that their values depend on: where it is not empty, curves do not compare. */
export function incomparable(runs: readonly StoredRun[]): readonly string[] {
  const searched = runs.filter(({ config }) => config.search.strategy !== 'uniform');
  const [first, ...others] = searched.map(measureOf);
  if (!first) return [];
  return Object.keys(first).filter((key) => others.some((other) => other[key] !== first[key]));
}

const numbers = ['No', 'One', 'Two', 'Three', 'Four'];

/** "Three pinned runs". */
export const pinnedTitle = (amount: number): string => `${numbers[amount] ?? count(amount)} pinned run${amount === 1 ? '' : 's'}`;
