/** Heights of the stack's parts, in CSS pixels. */
export interface StackHeights {
  readonly profile: number;
  readonly parentRow: number;
  readonly parentCell: number;
  readonly rowPitch: number;
  readonly cell: number;
  readonly changedCell: number;
  readonly groupHead: number;
  readonly groupGap: number;
  /** The most that the history may take. */
  readonly history: number;
}

export interface HeightRequest {
  readonly viewportWidth: number;
  readonly viewportHeight: number;
  readonly rows: number;
  /** Height that is left for the history once the population has what it needs; null where the page scrolls as one. */
  readonly spare?: (heights: StackHeights) => number;
}

const strandRow = { parentRow: 24, parentCell: 8, rowPitch: 24, cell: 8, changedCell: 8, groupHead: 21, groupGap: 5 };

/** Strands on phones: two 8 px strands in a row of 24 px, and a mirrored profile. */
export const strandHeights: StackHeights = { profile: 82, history: 192, ...strandRow };
/** From the upper to the lower strand of a row. */
export const strandOffset = 9;

function rowHeights(pitch: number): Pick<StackHeights, 'rowPitch' | 'parentRow' | 'parentCell' | 'cell' | 'changedCell'> {
  const cell = pitch >= 21 ? 13 : pitch >= 18 ? 11 : 8;
  return { rowPitch: pitch, parentRow: pitch + 2, parentCell: pitch - 2, cell, changedCell: pitch - 3 };
}

function rowPitch({ viewportWidth, viewportHeight, rows }: HeightRequest): number {
  if (rows >= 28) return 13;
  if (viewportHeight < 740) return 14;
  return viewportWidth >= 1760 && viewportHeight >= 980 ? 21 : 18;
}

/**
 * Heights for the viewport: the population is never cut, the history gives way first.
 * A tall viewport gives the history what is left, within twice its usual height.
 */
export function stackHeights(request: HeightRequest): StackHeights {
  const { viewportHeight } = request;
  const rows = rowHeights(rowPitch(request));
  const tall = rows.rowPitch >= 21;
  const usual = viewportHeight < 740 ? 64 : viewportHeight < 860 ? 128 : tall ? 256 : 192;
  const profile = viewportHeight < 860 ? 48 : tall ? 90 : rows.rowPitch === 13 ? 52 : 62;
  const heights = { profile, ...rows, groupHead: 19, groupGap: 5, history: usual };
  const spare = request.spare?.(heights);
  if (spare === undefined) return heights;
  return { ...heights, history: Math.min(2 * usual, Math.max(64, Math.floor(spare))) };
}
