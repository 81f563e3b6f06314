import type { SearchState } from '../../store/run-state.ts';
import { describeChanges, sentenceOf, type ChangedSetting } from '../settings/describe-changes.ts';
import { measureBreaks } from './fitness-series.ts';

/** A setting that changed, as a mark on the generation axis. */
export interface ChangeLabel {
  readonly generation: number;
  readonly text: string;
  /** With the new values alone, for where there is little room. */
  readonly short: string;
}

export interface PlacedLabel extends ChangeLabel {
  readonly x: number;
  readonly anchor: 'start' | 'end';
  /** The text, its short form, or the mark's number where there was no room; the log has the words. */
  readonly shown: string;
}

/** Widths of 11 px letters differ; this is a wide one. */
const letterWidth = 6;
const gap = 8;

const joined = ([first = 'settings changed', ...more]: readonly string[]): string =>
  more.length === 0 ? first : `${first}, ${more.length === 1 ? more[0] : `${more.length} more`}`;

/** The changes that have taken effect, one label a generation; `chosen`: parents that the user chose. */
export function changeLabels(changes: SearchState['changes'], now: number, chosen: SearchState['chosen'] = []): ChangeLabel[] {
  const breaks = measureBreaks(changes);
  const settings = new Map<number, ChangedSetting[]>();
  for (const { generation, before, after } of changes) {
    if (generation <= now) settings.set(generation, [...(settings.get(generation) ?? []), ...describeChanges(before, after)]);
  }
  for (const { generation, before, parent } of chosen) {
    if (generation <= now) settings.set(generation, [...(settings.get(generation) ?? []), { name: 'parent', before: before.id, after: parent.id }]);
  }
  return [...settings].sort(([a], [b]) => a - b).map(([generation, changed]) => {
    const measure = breaks.has(generation) ? ['measure changed'] : [];
    const short = changed.map(({ name, after }) => `${name} ${after}`);
    return { generation, text: joined([...changed.map(sentenceOf), ...measure]), short: joined([...short, ...measure]) };
  });
}

/** The first text that fits right or left of a mark at `x`, between what is taken and the room's end. */
function fit(texts: readonly string[], x: number, taken: number, room: number): Pick<PlacedLabel, 'x' | 'anchor' | 'shown'> | null {
  for (const shown of texts) {
    const width = shown.length * letterWidth;
    if (x - 4 >= taken && x - 4 + width <= room) return { x: x - 4, anchor: 'start', shown };
    if (x + 8 - width >= taken) return { x: x + 8, anchor: 'end', shown };
  }
  return null;
}

/** Puts each label beside its mark, left or right, so that none touches another; what finds no room becomes a number. */
export function placeLabels(labels: readonly ChangeLabel[], at: (generation: number) => number, left: number, right: number): PlacedLabel[] {
  let taken = left;
  return labels.map((label, index) => {
    const x = at(label.generation);
    const next = labels[index + 1];
    const room = next ? at(next.generation) - gap : right;
    const placed = fit([label.text, label.short], x, taken, room) ?? { x: x - 3, anchor: 'start' as const, shown: String(index + 1) };
    const end = placed.anchor === 'start' ? placed.x + placed.shown.length * letterWidth : placed.x;
    taken = Math.max(taken, end + gap);
    return { ...label, ...placed };
  });
}
