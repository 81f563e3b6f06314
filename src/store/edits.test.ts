import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noEdits, record, redo, undo, type Edits } from './edits.ts';

describe('edits', () => {
  it('can all be undone, and redone, in any number', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 20 }), fc.nat(20), (states, back) => {
        let edits: Edits<number> = noEdits;
        for (const [index, state] of states.slice(0, -1).entries()) edits = record(edits, state, 1000 * index);
        let now = states.at(-1) ?? 0;
        const steps = Math.min(back, states.length - 1);
        for (let step = 1; step <= steps; step++) {
          const undone = undo(edits, now);
          [edits, now] = [undone?.edits ?? edits, undone?.state ?? Number.NaN];
          expect(now).toBe(states[states.length - 1 - step]);
        }
        for (let step = steps - 1; step >= 0; step--) {
          const redone = redo(edits, now);
          [edits, now] = [redone?.edits ?? edits, redone?.state ?? Number.NaN];
          expect(now).toBe(states[states.length - 1 - step]);
        }
        expect(redo(edits, now)).toBeNull();
      }),
    );
  });

  it('that follow each other at once are undone at once', () => {
    let edits: Edits<string> = record(noEdits, 'before', 0);
    edits = record(edits, 'dragging', 100);
    edits = record(edits, 'still dragging', 600);
    expect(undo(edits, 'after')?.state).toBe('before');
    expect(undo(record(edits, 'later', 5000), 'after')?.state).toBe('later');
  });

  it('cannot be redone after another edit', () => {
    const undone = undo(record(noEdits as Edits<number>, 1, 0), 2);
    expect(redo(record(undone?.edits ?? noEdits, 1, 10), 3)).toBeNull();
    expect(undo(noEdits, 1)).toBeNull();
  });

  it('are forgotten beyond two hundred', () => {
    let edits: Edits<number> = noEdits;
    for (let index = 0; index < 300; index++) edits = record(edits, index, 1000 * index);
    expect(edits.past).toHaveLength(200);
    expect(edits.past[0]).toBe(100);
  });
});
