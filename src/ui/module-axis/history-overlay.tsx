import { memo } from 'react';
import type { GenerationRecord, SearchState } from '../../store/run-state.ts';
import { gutterSpan } from './gutter-span.ts';
import { lineTop, numberedGenerations, type HistoryLines } from './history-lines.ts';
import { finiteRange, logScale } from './log-scale.ts';
import type { Stack } from './stack.ts';
import { fitnessShort, plural, type Fitness } from './words.ts';

interface Props {
  readonly stack: Stack;
  readonly lines: HistoryLines;
  readonly history: readonly GenerationRecord[];
  readonly generations: number;
  readonly changes: SearchState['changes'];
  readonly chosen: SearchState['chosen'];
  readonly fitness: Fitness;
}

/** Numbers of generations beside their lines. */
function GenerationNumbers({ stack, lines }: Pick<Props, 'stack' | 'lines'>) {
  return numberedGenerations(lines).map((generation) => {
    const middle = lineTop(lines, generation) + lines.lineHeight / 2 + 4;
    return (
      <text key={generation} x={stack.columns.labelWidth - 8} y={Math.min(lines.height + 1, Math.max(9, middle))} textAnchor="end">
        {generation}
      </text>
    );
  });
}

/** The parent's fitness on the same lines, drawn sideways. */
function SidewaysFitness({ stack, lines, history, fitness }: Pick<Props, 'stack' | 'lines' | 'history' | 'fitness'>) {
  const { columns } = stack;
  const span = gutterSpan(columns);
  const first = history[0]?.previousParentFitness ?? Number.NaN;
  const range = finiteRange([first, ...history.map((record) => record.fitness)], 0.97, 1.02);
  if (!span || !range) return null;
  const scale = logScale(range[0], range[1], span[0], span[1]);
  const steps = history.filter((record) => Number.isFinite(record.fitness));
  const end = (generation: number): number => lineTop(lines, generation) + lines.lineHeight;
  const path = steps.map((record) => `H${scale.at(record.fitness).toFixed(1)}V${end(record.generation)}`).join('');
  const start = Number.isFinite(first) ? first : (steps[0]?.fitness ?? 1);
  const now = end(history.length);
  return (
    <>
      <line x1={span[0]} x2={span[0]} y1={0} y2={lines.height} stroke="var(--line)" />
      <path d={`M${scale.at(start).toFixed(1)} 0${path}`} fill="none" stroke="var(--ink)" strokeWidth={1.25} />
      <text x={columns.width} y={9} textAnchor="end">
        {fitnessShort(fitness, Number.isFinite(first) ? first : null)}
      </text>
      {now > 22 && (
        <text x={columns.width} y={now + 2} textAnchor="end" className="axis-ink2">
          {fitnessShort(fitness, history.at(-1)?.fitness ?? null)}
        </text>
      )}
    </>
  );
}

/** Orange lines where a setting changed, or a parent was chosen. */
function ChangeLines({ stack, lines, changes, chosen }: Pick<Props, 'stack' | 'lines' | 'changes' | 'chosen'>) {
  const { plotLeft, plotRight } = stack.columns;
  const generations = [...new Set([...changes, ...chosen].map((change) => change.generation))].filter((generation) => generation <= lines.capacity);
  return generations.map((generation) => {
    const y = lineTop(lines, generation);
    return (
      <g key={generation}>
        <path d={`M${plotLeft - 7} ${y - 3.5}l6 3.5l-6 3.5z`} fill="var(--change)" />
        <line x1={plotLeft} x2={plotRight} y1={y} y2={y} stroke="var(--bg)" strokeWidth={2.2} />
        <line x1={plotLeft} x2={plotRight} y1={y} y2={y} stroke="var(--change)" />
      </g>
    );
  });
}

/** Frames, numbers and marks over the history's cells. */
export const HistoryOverlay = memo(function HistoryOverlay({ stack, lines, history, generations, changes, chosen, fitness }: Props) {
  const { columns } = stack;
  const left = Math.max(0, generations - history.length);
  const now = history.length > 0 ? lineTop(lines, history.length) + lines.lineHeight : 0;
  return (
    <svg className="history-overlay" width={columns.width} height={lines.height} aria-hidden>
      {columns.bands.map(({ kind, x, width }) => (
        <rect key={kind} x={x - 0.5} y={-0.5} width={width + 1} height={lines.height + 1} fill="none" stroke="var(--line)" />
      ))}
      <GenerationNumbers {...{ stack, lines }} />
      {left > 0 && lines.height - now > 18 && (
        <text x={columns.plotLeft + 6} y={now + 15}>
          {plural(left, 'generation')} to go
        </text>
      )}
      <ChangeLines {...{ stack, lines, changes, chosen }} />
      <SidewaysFitness {...{ stack, lines, history, fitness }} />
    </svg>
  );
});
