import type { ReactNode } from 'react';
import type { Explanation } from '../../base/explained-error.ts';
import { MakeRoom } from '../storage/make-room.tsx';
import './explained.css';
import { StateMark, type MarkedState } from './state-mark.tsx';

interface Props {
  readonly state: MarkedState;
  readonly explanation: Explanation;
  readonly children?: ReactNode;
}

/** What went wrong in its three lines, and what can be done about it. */
export function Explained({ state, explanation, children }: Props) {
  return (
    <div className="explained" role={state === 'err' ? 'alert' : 'status'}>
      <StateMark state={state} />
      <div>
        <h3>{explanation.what}</h3>
        <p className="secondary">
          {explanation.means} {explanation.remedy}
        </p>
        {(children || explanation.action) && (
          <div className="explained-actions">
            <MakeRoom explanation={explanation} />
            {children}
          </div>
        )}
      </div>
    </div>
  );
}
