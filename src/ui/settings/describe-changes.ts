import type { SearchSettingsChanges, Stage } from '../../run/run-config.ts';
import { count, learningRate, tokens } from '../format/format.ts';

/** One changed setting: its name, and its values before and after as people read them. */
export interface ChangedSetting {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

const balance = (share: number | null): string => {
  if (share === null) return 'by module count';
  const attention = Math.round(share * 100);
  return `${attention} / ${100 - attention}`;
};

const sameStage = (a: Stage | undefined, b: Stage | undefined): boolean =>
  a?.survivors === b?.survivors && a?.trainingTokens === b?.trainingTokens && a?.fitnessTokens === b?.fitnessTokens;

function changedStages(before: readonly Stage[], after: readonly Stage[]): ChangedSetting[] {
  if (before.length !== after.length) return [{ name: 'stages', before: count(before.length), after: count(after.length) }];
  return after.flatMap((stage, index) => {
    const old = before[index];
    if (!old || sameStage(old, stage)) return [];
    const name = `stage ${index + 1}`;
    return [
      { name: `${name} keep`, before: count(old.survivors), after: count(stage.survivors) },
      { name: `${name} train tokens`, before: tokens(old.trainingTokens), after: tokens(stage.trainingTokens) },
      { name: `${name} test tokens`, before: tokens(old.fitnessTokens), after: tokens(stage.fitnessTokens) },
    ].filter((change) => change.before !== change.after);
  });
}

const changed = (name: string, before: string, after: string): ChangedSetting[] => (before === after ? [] : [{ name, before, after }]);

const both = <Value>(before: Value | undefined, after: Value | undefined, name: string, format: (value: Value) => string): ChangedSetting[] =>
  before === undefined || after === undefined ? [] : changed(name, format(before), format(after));

/** Each setting that differs, in plain words; equal ones are left out. */
export function describeChanges(before: SearchSettingsChanges, after: SearchSettingsChanges): ChangedSetting[] {
  return [
    ...both(before.maxFlips, after.maxFlips, 'max flips', count),
    ...(before.attentionShare !== undefined && after.attentionShare !== undefined
      ? changed('attention / MLP', balance(before.attentionShare), balance(after.attentionShare))
      : []),
    ...both(before.offspring, after.offspring, 'offspring', count),
    ...both(before.learningRate, after.learningRate, 'learning rate', learningRate),
    ...both(before.generations, after.generations, 'generations', count),
    ...both(before.mutation, after.mutation, 'switches between', (mode) => (mode === 'any' ? 'any two modules' : 'modules of one type')),
    ...(before.stages && after.stages ? changedStages(before.stages, after.stages) : []),
  ];
}

/** "max flips 2 → 4". */
export const sentenceOf = ({ name, before, after }: ChangedSetting): string => `${name} ${before} → ${after}`;

/** Whether the measure changes with it: the curve breaks there. */
export const changesMeasure = (before: readonly Stage[], after: readonly Stage[]): boolean =>
  before.at(-1)?.fitnessTokens !== after.at(-1)?.fitnessTokens || before.at(-1)?.trainingTokens !== after.at(-1)?.trainingTokens;
