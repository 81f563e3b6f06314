import { SearchSettingsError } from './errors.ts';
import type { MutationSettings } from './mutate.ts';

/** One stage of a generation's selection. */
export interface Stage {
  /** Candidates that go on; falls strictly from stage to stage, the last is 1. */
  readonly survivors: number;
  /** Tokens on which every candidate is measured. */
  readonly fitnessTokens: number;
  /** Tokens of fine-tuning before the measurement, from the database weights. */
  readonly trainingTokens: number;
}

/** What the user may change while the search runs. */
export interface SearchSettings extends MutationSettings {
  /** Number of the last generation. */
  readonly generations: number;
  /** Lambda: offspring of a generation. */
  readonly offspring: number;
  readonly learningRate: number;
  readonly stages: readonly Stage[];
}

/** Settings to take over at the next generation; what is left out stays. */
export type SearchChanges = { readonly [Key in keyof SearchSettings]?: SearchSettings[Key] | undefined };

/** Ids have two digits for the candidate. */
const MAX_OFFSPRING = 99;

function requireCount(setting: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw new SearchSettingsError(setting, `is ${value}, not a whole number from ${least} to ${most}`);
  }
}

function checkStages(stages: readonly Stage[]): void {
  if (stages.at(-1)?.survivors !== 1) throw new SearchSettingsError('stages', 'must end with a stage of exactly 1 survivor');
  let entering = Infinity;
  for (const [index, stage] of stages.entries()) {
    const name = `stages[${index}]`;
    requireCount(`${name}.survivors`, stage.survivors, 1);
    requireCount(`${name}.fitnessTokens`, stage.fitnessTokens, 2);
    requireCount(`${name}.trainingTokens`, stage.trainingTokens, 0);
    if (stage.survivors >= entering) throw new SearchSettingsError(`${name}.survivors`, 'must be fewer than in the stage before');
    entering = stage.survivors;
  }
}

/** @throws SearchSettingsError naming the setting */
export function checkSettings(settings: SearchSettings): void {
  requireCount('generations', settings.generations, 0);
  requireCount('offspring', settings.offspring, 1, MAX_OFFSPRING);
  requireCount('maxFlips', settings.maxFlips, 1);
  if (settings.mutation !== 'any' && settings.mutation !== 'same-type') {
    throw new SearchSettingsError('mutation', 'is neither "any" nor "same-type"');
  }
  const share = settings.attentionShare;
  if (share !== null && !(share >= 0 && share <= 1)) throw new SearchSettingsError('attentionShare', `is ${share}, not in [0, 1]`);
  const rate = settings.learningRate;
  if (!(rate > 0 && rate < Infinity)) throw new SearchSettingsError('learningRate', `is ${rate}, not a positive number`);
  checkStages(settings.stages);
}

/** Settings in force after a change, with what differs; null where nothing does. */
export interface AppliedChanges {
  readonly settings: SearchSettings;
  readonly before: SearchChanges;
  readonly after: SearchChanges;
}

const settingNames = ['generations', 'offspring', 'maxFlips', 'mutation', 'attentionShare', 'learningRate', 'stages'] as const;

const only = (settings: SearchSettings, names: readonly (keyof SearchSettings)[]): SearchChanges =>
  Object.fromEntries(names.map((name) => [name, settings[name]]));

const stageKey = ({ survivors, fitnessTokens, trainingTokens }: Stage): string => [survivors, fitnessTokens, trainingTokens].join();

type Setting = SearchSettings[keyof SearchSettings];

const isStages = (value: Setting): value is readonly Stage[] => Array.isArray(value);

const sameSetting = (left: Setting, right: Setting): boolean =>
  isStages(left) && isStages(right) ? left.map(stageKey).join(';') === right.map(stageKey).join(';') : left === right;

/** @throws SearchSettingsError where the settings would not be valid afterwards */
export function applyChanges(settings: SearchSettings, changes: SearchChanges): AppliedChanges | null {
  const next: SearchSettings = {
    generations: changes.generations ?? settings.generations,
    offspring: changes.offspring ?? settings.offspring,
    maxFlips: changes.maxFlips ?? settings.maxFlips,
    mutation: changes.mutation ?? settings.mutation,
    attentionShare: changes.attentionShare === undefined ? settings.attentionShare : changes.attentionShare,
    learningRate: changes.learningRate ?? settings.learningRate,
    stages: changes.stages ?? settings.stages,
  };
  checkSettings(next);
  const differing = settingNames.filter((name) => !sameSetting(settings[name], next[name]));
  if (differing.length === 0) return null;
  return { settings: next, before: only(settings, differing), after: only(next, differing) };
}
