import type { RunConfig } from '../../run/run-config.ts';

type Strategy = RunConfig['search']['strategy'];

export const strategies: readonly { readonly value: Strategy; readonly label: string }[] = [
  { value: 'evolution', label: 'Evolution' },
  { value: 'random', label: 'Random' },
  { value: 'uniform', label: 'Uniform' },
];

/** An honest word on each. */
export const strategyNotes: Readonly<Record<Strategy, string>> = {
  evolution: 'Mutates the best model so far. This is the method.',
  random: 'A control: as many models, drawn at random within the same budget, measured on the same text with the same training. It comes close on small models.',
  uniform: 'A control: every module cut alike. Nothing is searched, so it takes seconds.',
};

export const strategyName = (strategy: Strategy): string => strategies.find(({ value }) => value === strategy)?.label ?? strategy;
