import type { ShownCandidate } from './population-view.ts';

/** Full: measured. Ring with an arc: training, or being measured. Hollow: waits. Dash: out. */
export function StateGlyph({ status, progress }: Pick<ShownCandidate, 'status' | 'progress'>) {
  const circle = { cx: 4.5, cy: 4.5, r: 3.5, fill: 'none' };
  const around = 2 * Math.PI * circle.r;
  return (
    <svg className="state-glyph" width={9} height={9} aria-hidden>
      {status === 'measured' && <circle {...circle} fill="var(--ink)" />}
      {status === 'waiting' && <circle {...circle} stroke="var(--ink3)" strokeWidth={1.25} />}
      {status === 'eliminated' && <line x1={1.5} x2={7.5} y1={4.5} y2={4.5} stroke="var(--ink3)" strokeWidth={1.25} />}
      {(status === 'training' || status === 'measuring') && (
        <>
          <circle {...circle} stroke="var(--ink3)" strokeWidth={1.25} />
          <circle {...circle} stroke="var(--ink)" strokeWidth={2} strokeDasharray={`${around * progress} ${around}`} transform="rotate(-90 4.5 4.5)" />
        </>
      )}
    </svg>
  );
}
