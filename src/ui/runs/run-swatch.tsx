import type { RunLook } from './run-look.ts';

/** A piece of a run's line; nothing, in the same room, for a run that is not pinned. */
export function RunSwatch({ look, width = 20 }: { readonly look: RunLook | null; readonly width?: number }) {
  return (
    <svg className="run-swatch" width={width} height={4} aria-hidden>
      {look && <line x2={width} y1={2} y2={2} stroke={look.colour} strokeWidth={2} strokeDasharray={look.dash} />}
    </svg>
  );
}
