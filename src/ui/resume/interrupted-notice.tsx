import { useState } from 'react';
import { explain, type Explanation } from '../../base/explained-error.ts';
import type { Resumable } from '../../store/resumable.ts';
import { go } from '../../store/view-store.ts';
import { Button } from '../parts/button.tsx';
import { Notice } from '../notices/notice.tsx';
import { useCommands } from '../shell/engine-context.ts';
import { DiscardSheet } from './discard-sheet.tsx';
import { resumeRun } from './resume-run.ts';
import { interruptedSentence, nameOf } from './resume-words.ts';
import { useNow } from './use-now.ts';

interface Props {
  readonly run: Resumable;
  /** Other runs that were interrupted. */
  readonly more: number;
  /** Why it could not be resumed when that was tried. */
  readonly refusal: Explanation | null;
  readonly onDismiss: () => void;
}

/** A run that was interrupted: going on with it, looking at what it found, or letting it go. */
export function InterruptedNotice({ run, more, refusal, onDismiss }: Props) {
  const commands = useCommands();
  const now = useNow(60_000);
  const [discarding, setDiscarding] = useState(false);
  const [unread, setUnread] = useState('');
  const { summary, stored } = run;
  const why = summary.refused ?? refusal;
  const title = why === null ? interruptedSentence(run, now) : `${nameOf(run)} could not be resumed.`;
  const text = why === null ? 'Nothing before that is lost.' : `${why.what} ${why.means} ${summary.refused === null ? why.remedy : ''}`;
  const openLog = async () => {
    if (!stored) return;
    setUnread('');
    try {
      await (await import('../runs/run-actions.ts')).openRun(stored);
    } catch (error) {
      const { what, remedy } = explain(error);
      setUnread(`Its log cannot be shown: ${what} ${remedy}`);
    }
  };
  const actions = (
    <>
      {summary.refused === null && (
        <Button look="primary" onClick={() => resumeRun(commands, summary)}>
          {why === null ? 'Resume' : 'Try again'}
        </Button>
      )}
      {summary.refused === null && why !== null && summary.backend === 'webgpu' && <Button onClick={() => resumeRun(commands, summary, 'wasm')}>Go on with WebAssembly</Button>}
      {stored && <Button onClick={() => void openLog()}>Show log</Button>}
      <Button onClick={() => setDiscarding(true)}>Discard…</Button>
      {more > 0 && (
        <button type="button" className="link-button" onClick={() => go({ view: 'runs', candidate: null })}>
          {more} more in Runs
        </button>
      )}
    </>
  );
  return (
    <>
      <Notice notice={{ id: summary.run, state: why === null ? 'note' : 'warn', title, text: `${text} ${unread}`.trimEnd(), actions }} onDismiss={onDismiss} />
      {discarding && <DiscardSheet run={run} onClose={() => setDiscarding(false)} />}
    </>
  );
}
