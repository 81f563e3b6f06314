import { phases, type Phase } from '../../run/phases.ts';
import type { RunConfig } from '../../run/run-config.ts';
import type { RunState, SearchState } from '../../store/run-state.ts';
import { bytes, count, kl, parameters, percent, perplexity, tokens } from '../format/format.ts';

/** A model while the search goes on; null is what will be measured later. */
export interface SoFarColumn {
  readonly title: string;
  readonly parameters: number;
  readonly prunable: number;
  /** On the text of the last stage of the newest generation that is over. */
  readonly fitness: number | null;
}

/** Dense, uniform and the parent, by what the search has measured so far. */
export function soFarColumns({ model, search }: Pick<RunState, 'model'> & { readonly search: SearchState }): SoFarColumn[] {
  if (!model) return [];
  const rest = model.parameters - model.prunable;
  const column = (title: string, prunable: number, fitness: number | null): SoFarColumn => ({ title, parameters: rest + prunable, prunable, fitness });
  const { uniform, parent, parentFitness, history } = search;
  const columns = [column('Dense', model.prunable, null)];
  // Uniform is measured once, at the beginning, on other text than the parent is now.
  columns.push(column('Uniform', uniform.size, history[0]?.previousParentFitness ?? null));
  if (search.strategy !== 'uniform') columns.push(column(`${search.strategy === 'random' ? 'Best' : 'Parent'} ${parent.id}`, parent.size, parentFitness));
  return columns;
}

type Fitness = RunConfig['search']['fitness'];
const written = (fitness: Fitness, value: number | null): string => (fitness === 'kl' ? kl(value) : perplexity(value));

/** Rows of the table so far, in words. */
export function soFarRows(columns: readonly SoFarColumn[], fitness: Fitness): { readonly name: string; readonly cells: readonly string[] }[] {
  const name = fitness === 'kl' ? 'KL to dense, in the search' : 'Perplexity, in the search';
  return [
    { name: 'Parameters', cells: columns.map((column) => parameters(column.parameters)) },
    { name: 'in the layers', cells: columns.map((column) => parameters(column.prunable)) },
    { name: 'File, fp16', cells: columns.map((column) => bytes(2 * column.parameters)) },
    { name, cells: columns.map((column, index) => (index === 0 && fitness === 'kl' ? count(0) : written(fitness, column.fitness))) },
  ];
}

/** What is so far, in a sentence or two; nothing is told as a result. */
export function soFarSentence(name: string, { model, search, config }: Pick<RunState, 'model' | 'config'> & { readonly search: SearchState }): string {
  const columns = soFarColumns({ model, search });
  const last = columns.at(-1);
  if (!model || !last) return 'There is no candidate yet.';
  const share = percent(last.parameters / model.parameters, 0);
  const fitness = config?.search.fitness ?? 'kl';
  const size = `So far ${name} would have ${parameters(last.parameters)} parameters, ${share} of the original.`;
  if (search.strategy === 'uniform' || last.fitness === null) return size;
  const [, uniform] = columns;
  return `${size} In the search its ${fitness === 'kl' ? 'KL' : 'perplexity'} is ${written(fitness, last.fitness)}; it began at ${written(fitness, uniform?.fitness ?? null)}.`;
}

const ahead: Readonly<Record<Phase, string>> = {
  load: 'the model is loaded',
  calibrate: 'calibration',
  database: 'the level database',
  search: 'the search',
  'post-train': 'post-training',
  evaluate: 'held-out quality and speed',
  export: 'the export, with its check',
};

/** What the run has still to do, with how far it is. */
export function stillToCome({ phases: states, search }: Pick<RunState, 'phases' | 'search'>): string[] {
  return phases.flatMap((phase) => {
    const { status, done, total, unit } = states[phase];
    if (status === 'done' || status === 'skipped') return [];
    if (phase === 'search' && search && status === 'current') return [`${ahead.search}: generation ${count(search.generation)} of ${count(search.generations)}`];
    if (phase === 'post-train' && status === 'current' && unit === 'tokens') return [`${ahead['post-train']}: ${tokens(done)} of ${tokens(total)} tokens`];
    return [ahead[phase]];
  });
}
