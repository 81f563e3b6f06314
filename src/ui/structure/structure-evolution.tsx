import { memo } from 'react';
import type { RunState, SearchState } from '../../store/run-state.ts';
import { useRun, useRunWhenIdle } from '../../store/use-run.ts';
import { usePaints } from '../levels/use-paints.ts';
import type { ModulePaint } from '../levels/module-paint.ts';
import '../module-axis/module-axis.css';
import type { Fitness } from '../module-axis/words.ts';
import { KeptSection } from './kept-section.tsx';
import { MutationSection } from './mutation-section.tsx';
import './structure.css';

const historyOf = (run: RunState): SearchState['history'] | null => run.search?.history ?? null;

/** How the structure came about: what the run kept of each module, and which mutations made it so. Nothing before the first generation is done. */
export function StructureEvolution() {
  const history = useRunWhenIdle(historyOf);
  const nominalLevels = useRun((run) => run.config?.levels ?? 0);
  const fitness = useRun((run): Fitness => run.config?.search.fitness ?? 'kl');
  const evolved = useRun((run) => run.search?.strategy === 'evolution');
  const paints = usePaints();
  if (!history || history.length === 0 || !paints) return null;
  return <Sections {...{ history, paints, nominalLevels, fitness, evolved }} />;
}

interface Props {
  readonly history: SearchState['history'];
  readonly paints: readonly ModulePaint[];
  readonly nominalLevels: number;
  readonly fitness: Fitness;
  /** Random search changes no modules of a parent's. */
  readonly evolved: boolean;
}

const Sections = memo(function Sections({ history, paints, nominalLevels, fitness, evolved }: Props) {
  return (
    <div className="structure-evolution">
      <KeptSection {...{ history, paints, nominalLevels }} />
      {evolved && <MutationSection {...{ history, paints, fitness }} />}
    </div>
  );
});
