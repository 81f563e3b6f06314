import { useEffect, useRef } from 'react';
import { Button } from '../parts/button.tsx';
import { StateMark } from '../parts/state-mark.tsx';

interface Props {
  readonly question: string;
  readonly action: string;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

/** A question in place, before something that cannot be undone. The focus goes to the harmless answer. */
export function AskOnce({ question, action, onYes, onNo }: Props) {
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []);
  return (
    <div className="ask-once" role="group" aria-label={question}>
      <StateMark state="warn" />
      <p className="small">{question}</p>
      <div className="drop-buttons">
        <Button onClick={onYes}>{action}</Button>
        <Button ref={keep} onClick={onNo}>
          Keep
        </Button>
      </div>
    </div>
  );
}
