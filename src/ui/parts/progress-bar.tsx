import './progress-bar.css';

interface Props {
  readonly label: string;
  /** How much is done, from 0 to 1; null where that is not known. */
  readonly share: number | null;
  /** Nothing is under way. */
  readonly hidden?: boolean;
}

/** How far something is, as a line. */
export function ProgressBar({ label, share, hidden = false }: Props) {
  const told = share !== null && { 'aria-valuenow': Math.round(share * 100) };
  return (
    <span className="progress-bar" hidden={hidden} {...(!hidden && { role: 'progressbar', 'aria-label': label, 'aria-valuemin': 0, 'aria-valuemax': 100, ...told })}>
      <span style={{ width: `${(share ?? 0) * 100}%` }} />
    </span>
  );
}
