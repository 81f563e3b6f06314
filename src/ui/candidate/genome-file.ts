import { searchAt } from '../../store/search-in-force.ts';
import type { FoundCandidate } from '../../store/find-candidate.ts';
import type { RunState } from '../../store/run-state.ts';
import type { ModulePaint } from '../levels/module-paint.ts';
import { sizeOf } from './changed-modules.ts';

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** A candidate as a file: its levels, what they keep, and the settings that it came from. Plain numbers, layers counted from 0. */
export function genomeFile(run: RunState, candidate: FoundCandidate, paints: readonly ModulePaint[]): string {
  const { id, generation, genome, fitness, from } = candidate;
  const { config, database } = run;
  const modules = paints.map((paint, module) => {
    const level = genome[module] ?? 0;
    const { kept = 0, parameters = 0, nominal = 0 } = paint.levels[level] ?? {};
    return { layer: paint.layer - 1, kind: paint.kind, level, nominalLevel: nominal, kept, structures: paint.structures, parameters };
  });
  const file = {
    version: 1,
    candidate: id,
    generation,
    parent: from?.id ?? null,
    model: config?.model ?? null,
    seed: config?.seed ?? null,
    fitness: { measure: config?.search.fitness ?? null, byStage: fitness.map(finite) },
    parameters: sizeOf(paints, genome),
    granularity: database.granularity,
    genome,
    modules,
    settings: config && { ...config, search: searchAt(run, generation) },
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}
