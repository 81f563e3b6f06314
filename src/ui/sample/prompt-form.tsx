import type { KeyboardEvent } from 'react';
import { longestPrompt, setPrompt, useSettings } from '../../store/settings-store.ts';
import { Button } from '../parts/button.tsx';
import type { Asking } from './use-asking.ts';
import './sample.css';

/** The prompt, and the button that has it continued; Ctrl or Command with Enter does the same. */
export function PromptForm({ reason, busy, ask, stop }: Asking) {
  const prompt = useSettings((settings) => settings.prompt);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    ask();
  };
  return (
    <div className="prompt">
      <textarea aria-label="Prompt" rows={1} value={prompt} maxLength={longestPrompt} onChange={(event) => setPrompt(event.target.value)} onKeyDown={onKeyDown} />
      {busy ? (
        <Button onClick={stop}>Stop</Button>
      ) : (
        <Button disabled={reason !== null} title={reason ?? 'Ctrl or ⌘ with Enter'} onClick={ask}>
          Generate
        </Button>
      )}
    </div>
  );
}
