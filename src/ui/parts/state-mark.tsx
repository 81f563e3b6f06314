import { joinClasses } from './join-classes.ts';
import './state-mark.css';

export type MarkedState = 'ok' | 'warn' | 'err' | 'note';

/** Dot, triangle or square: a state is told by shape as well as by colour, and by the words beside it. */
export function StateMark({ state }: { readonly state: MarkedState }) {
  return (
    <svg className={joinClasses('state-mark', `state-mark-${state}`)} width="9" height="9" viewBox="0 0 9 9" aria-hidden>
      {state === 'ok' && <circle cx="4.5" cy="4.5" r="3.5" />}
      {state === 'warn' && <path d="M4.5 0.5 9 8.5H0z" />}
      {state === 'err' && <rect x="0.5" y="0.5" width="8" height="8" />}
      {state === 'note' && <rect x="0" y="4" width="9" height="1.5" />}
    </svg>
  );
}
