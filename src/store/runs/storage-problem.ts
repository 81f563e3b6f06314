import type { Explanation } from '../../base/explained-error.ts';

/** Why runs are kept no longer than the tab is open. */
export const notLasting: Explanation = {
  what: 'Runs are kept in this tab only.',
  means: 'This browser stores nothing for the page, as in some private windows. The run goes on, and is gone when the tab is closed.',
  remedy: 'Save its events.jsonl before you close the tab; it can be imported again.',
};

const newerVersion: Explanation = {
  what: 'Another tab has a newer version of this page.',
  means: 'It keeps runs in another form, which this tab cannot write. The run goes on; what happens from here on is kept in this tab only.',
  remedy: 'Save its events.jsonl, then load this tab again.',
};

/** Why events could not be written. */
export function whyNotWritten(error: unknown): Explanation {
  const name = error instanceof DOMException ? error.name : '';
  const full = name === 'QuotaExceededError';
  if (name === 'VersionError') return newerVersion;
  return {
    what: full ? 'This browser has no storage left for runs.' : 'This run could not be stored.',
    means: full ? 'The run goes on; what happens from here on is kept in this tab only.' : `The run goes on; what happens from here on is kept in this tab only. (${String(error)})`,
    remedy: 'Delete runs or models that you no longer need, and it is stored after all; else save its events.jsonl before you close the tab.',
    ...(full && { action: 'make-room' }),
  };
}
