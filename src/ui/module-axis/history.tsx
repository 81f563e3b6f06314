import { memo, useMemo, type KeyboardEvent, type MouseEvent, type PointerEvent } from 'react';
import { clearHover, setHover, useHover } from '../../store/hover-store.ts';
import type { SearchState } from '../../store/run-state.ts';
import { useSeek } from '../../store/use-run.ts';
import { Segmented } from '../parts/segmented.tsx';
import { backToLive, displayStore, setDisplay, stepGeneration, useDisplay, type HistoryMode } from '../../store/display-store.ts';
import { HistoryCanvas } from './history-canvas.tsx';
import { generationAt, historyLines, lineTop, type HistoryLines } from './history-lines.ts';
import { HistoryOverlay } from './history-overlay.tsx';
import type { Stack } from './stack.ts';
import type { Fitness } from './words.ts';

const modes = [
  { value: 'level', label: 'level' },
  { value: 'times', label: 'times changed' },
  { value: 'survivors', label: 'survivor share' },
] as const;

const notes: Readonly<Record<HistoryMode, string>> = {
  level: 'parent level, one line a generation',
  times: 'how often a module changed so far',
  survivors: 'mean kept share of the last stage',
};

interface Props {
  readonly stack: Stack;
  readonly search: SearchState;
  readonly fitness: Fitness;
}

/** The generation under the pointer, or null beside the lines. */
function pointedAt(event: MouseEvent<HTMLElement>, lines: HistoryLines, now: number): number | null {
  return generationAt(lines, event.clientY - event.currentTarget.getBoundingClientRect().top, now);
}

/** Pointing marks a generation everywhere, a click or the arrow keys show its population; a recording goes there as a whole. */
function handlersFor(lines: HistoryLines, now: number, seek: ReturnType<typeof useSeek>) {
  const steps: Readonly<Record<string, 1 | -1>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  return {
    onPointerMove: (event: PointerEvent<HTMLElement>): void => setHover({ generation: pointedAt(event, lines, now), candidate: null }),
    onPointerLeave: (): void => setHover({ generation: null }),
    onBlur: (): void => setHover({ generation: null }),
    onClick: (event: MouseEvent<HTMLElement>): void => {
      const generation = pointedAt(event, lines, now);
      if (generation === null) return;
      if (seek) seek(generation);
      else setDisplay({ viewing: generation });
    },
    onKeyDown: (event: KeyboardEvent): void => {
      const by = steps[event.key];
      if (event.key === 'Escape') clearHover();
      if (event.key === 'Escape' || event.key === 'End') backToLive();
      else if (by !== undefined) {
        event.preventDefault();
        if (seek) seek(now + by);
        else stepGeneration(by, now);
        setHover({ generation: seek ? now + by : displayStore.getState().viewing, candidate: null });
      }
    },
  };
}

/** Frames the line of the generation that is hovered anywhere, and of the one that is viewed. */
function GenerationFrame({ stack, lines, now }: { readonly stack: Stack; readonly lines: HistoryLines; readonly now: number }) {
  const hovered = useHover((hover) => hover.generation);
  const viewing = useDisplay((view) => view.viewing);
  const { columns } = stack;
  return [hovered, viewing].map((generation, index) =>
    generation === null || generation < 1 || generation > now ? null : (
      <div
        key={index === 0 ? 'hovered' : 'viewed'}
        className="history-frame"
        style={{ left: columns.plotLeft - 1, width: columns.plotRight - columns.plotLeft + 2, top: lineTop(lines, generation) - 1, height: lines.lineHeight + 2 }}
        aria-hidden
      />
    ),
  );
}

const Modes = memo(function Modes({ mode }: { readonly mode: HistoryMode }) {
  return <Segmented plain label="History shows" value={mode} options={modes} onChange={(historyMode) => setDisplay({ historyMode })} />;
});

/** The parent of every generation, one line each, the oldest on top. */
export function History({ stack, search, fitness }: Props) {
  const mode = useDisplay((view) => view.historyMode);
  const viewing = useDisplay((view) => view.viewing);
  const seek = useSeek();
  const { history, generations, changes, chosen, uniform } = search;
  const { columns, heights } = stack;
  const lines = useMemo(() => historyLines(history.length, generations, heights.history), [history.length, generations, heights.history]);
  const bandsWidth = columns.plotRight - columns.plotLeft;
  return (
    <section className="history" aria-labelledby="history-title">
      <div className="history-head">
        <h3 id="history-title" style={{ width: columns.labelWidth }}>
          History
        </h3>
        {bandsWidth > 380 && <span className="history-note">{notes[mode]}</span>}
        <span className="history-modes" style={{ right: Math.max(0, columns.width - columns.plotRight) }}>
          <Modes mode={mode} />
        </span>
      </div>
      <div
        className="history-plot"
        role="slider"
        tabIndex={0}
        aria-orientation="vertical"
        aria-label="Generation"
        aria-valuemin={1}
        aria-valuemax={Math.max(1, seek ? generations : history.length)}
        aria-valuenow={viewing ?? Math.max(1, history.length)}
        aria-valuetext={seek ? `generation ${history.length}` : viewing === null ? 'live' : `viewing generation ${viewing}`}
        style={{ height: lines.height }}
        {...handlersFor(lines, history.length, seek)}
      >
        <HistoryCanvas {...{ stack, lines, history, mode }} start={uniform.genome} />
        <HistoryOverlay {...{ stack, lines, history, generations, changes, chosen, fitness }} />
        <GenerationFrame {...{ stack, lines }} now={history.length} />
      </div>
    </section>
  );
}
