import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { StateMark, type MarkedState } from '../parts/state-mark.tsx';

export interface NoticeContent {
  readonly id: string;
  readonly state: MarkedState;
  readonly title: string;
  readonly text: string;
  readonly actions?: ReactNode;
}

/** What happened, what it means and what to do, in a bar. */
export function Notice({ notice, onDismiss }: { readonly notice: NoticeContent; readonly onDismiss: () => void }) {
  return (
    <div className="notice" role={notice.state === 'err' ? 'alert' : 'status'}>
      <StateMark state={notice.state} />
      <p>
        <strong>{notice.title}</strong> {notice.text}
      </p>
      {notice.actions && <span className="notice-actions">{notice.actions}</span>}
      <button type="button" className="icon-button" aria-label={`Dismiss: ${notice.title}`} onClick={onDismiss}>
        <X size={14} aria-hidden />
      </button>
    </div>
  );
}
