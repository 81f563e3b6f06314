import type { MemoryPlan } from '../../run/memory-plan.ts';
import { bytes, bytesOf } from '../format/format.ts';
import { tightestPlace, useShownPlan } from '../models/use-memory-plan.ts';
import { StateMark, type MarkedState } from '../parts/state-mark.tsx';
import { openSheet } from '../shell/open-sheet.ts';

export const verdicts: Readonly<Record<MemoryPlan['verdict'], { readonly state: MarkedState; readonly word: string }>> = {
  fits: { state: 'ok', word: 'fits' },
  tight: { state: 'warn', word: 'tight' },
  'too-large': { state: 'err', word: 'exceeded' },
  unknown: { state: 'note', word: 'unknown' },
};

/** Whether the run fits, in a line; the table is behind it. */
export function MemoryLine() {
  const shown = useShownPlan();
  if (!shown) return null;
  const { plan, limits } = shown;
  const { state, word } = verdicts[plan.verdict];
  const place = tightestPlace(plan, limits);
  const there = limits.available[place];
  return (
    <div className="memory-line">
      <StateMark state={state} />
      <span>
        Memory <strong>{word}</strong>, {there === null ? `needs ${bytes(plan.needed[place])}` : bytesOf(plan.needed[place], there)}
      </span>
      <button type="button" className="link-button" aria-haspopup="dialog" aria-label="Memory, details" onClick={() => openSheet('memory')}>
        Details
      </button>
    </div>
  );
}
