import { controlled, controlsOf } from '../../store/runs/controls.ts';
import type { StoredRun } from '../../store/runs/stored-run.ts';
import type { XAxisKind } from '../fitness/fitness-series.ts';
import { compareCurve, countsTrained, endOf, type CompareCurve } from './compare-curves.ts';
import { lookOf, type RunLook } from './run-look.ts';

/** A line of the overlay. */
export interface ComparedLine {
  readonly id: string;
  readonly name: string;
  readonly curve: CompareCurve;
  readonly look: RunLook;
  /** Thinner, in the ink of controls. */
  readonly control: boolean;
}

const uniformLook: RunLook = { colour: 'var(--ink2)', dash: '6 3' };
const randomLook: RunLook = { colour: 'var(--ink2)', dash: '1.5 2.5' };

/** Uniform's value, held to the end of the longest curve. */
function uniformLine(curves: readonly CompareCurve[]): ComparedLine[] {
  const start = curves.map(({ y }) => y[0] ?? null).find((value) => value !== null) ?? null;
  if (start === null) return [];
  const end = Math.max(...curves.map(({ x }) => x.at(-1) ?? 0));
  return [{ id: 'uniform', name: 'uniform', look: uniformLook, control: true, curve: { x: [0, end], y: [start, start], generation: [0, 0] } }];
}

/**
 * The lines of the pinned runs that were searched, over where uniform stands and, where the first of them has one among the stored
 * runs, its random search at equal budget.
 */
export function comparedLines(pinned: readonly StoredRun[], all: readonly StoredRun[], kind: XAxisKind): readonly ComparedLine[] {
  const trained = countsTrained(pinned);
  const lines = pinned.map((run, index): ComparedLine => ({ id: run.id, name: run.name, curve: compareCurve(run, kind, trained), look: lookOf(index), control: false }));
  const drawn = lines.filter(({ curve }) => endOf(curve) !== null);
  const first = pinned.find(({ id }) => id === drawn[0]?.id);
  const { random } = first ? controlsOf(controlled(first), all) : {};
  const control = random && !pinned.includes(random) ? [{ id: random.id, name: 'random', curve: compareCurve(random, kind, trained), look: randomLook, control: true }] : [];
  return [...uniformLine(drawn.map(({ curve }) => curve)), ...control, ...drawn];
}
