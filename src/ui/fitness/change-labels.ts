import type { SearchState } from '../../store/run-state.ts';
import { describeChanges, sentenceOf } from '../settings/describe-changes.ts';
import { measureBreaks } from './fitness-series.ts';

/** A setting that changed, as a mark on the generation axis. */
export interface ChangeLabel {
  readonly generation: number;
  readonly text: string;
}

export interface PlacedLabel extends ChangeLabel {
  readonly x: number;
  readonly anchor: 'start' | 'end';
  /** False where there was no room: then the text is the mark's number, and the log has the words. */
  readonly whole: boolean;
}

/** Widths of 11 px letters differ; this is a wide one. */
const letterWidth = 6;
const gap = 8;

/** The changes that have taken effect, one label a generation. */
export function changeLabels(changes: SearchState['changes'], now: number): ChangeLabel[] {
  const breaks = measureBreaks(changes);
  const texts = new Map<number, string[]>();
  for (const { generation, before, after } of changes) {
    if (generation > now) continue;
    texts.set(generation, [...(texts.get(generation) ?? []), ...describeChanges(before, after).map(sentenceOf)]);
  }
  return [...texts].map(([generation, sentences]) => {
    const [first = 'settings changed', ...more] = breaks.has(generation) ? [...sentences, 'measure changed'] : sentences;
    return { generation, text: more.length === 0 ? first : `${first}, ${more.length === 1 ? more[0] : `${more.length} more`}` };
  });
}

/** Puts each label beside its mark, left or right, so that none touches another; what finds no room becomes a number. */
export function placeLabels(labels: readonly ChangeLabel[], at: (generation: number) => number, left: number, right: number): PlacedLabel[] {
  let taken = left;
  return labels.map((label, index) => {
    const x = at(label.generation);
    const width = label.text.length * letterWidth;
    const next = labels[index + 1];
    const room = next ? at(next.generation) - gap : right;
    if (x - 4 >= taken && x - 4 + width <= room) {
      taken = x - 4 + width + gap;
      return { ...label, x: x - 4, anchor: 'start', whole: true };
    }
    if (x + 8 - width >= taken) {
      taken = x + 8 + gap;
      return { ...label, x: x + 8, anchor: 'end', whole: true };
    }
    taken = Math.max(taken, x + 6);
    return { ...label, text: String(index + 1), x: x - 3, anchor: 'start', whole: false };
  });
}
