/** Where a chart's plot lies in its drawing, in pixels from the upper left corner. */
export interface PlotFrame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Words of the axes; above, half of the topmost. */
const margin = { left: 40, top: 10, bottom: 24 } as const;
const leastPlot = 40;

/** The frame of a chart with so much room right of its plot, for what stands at the lines' ends. */
export function plotFrame(width: number, height: number, room: number): PlotFrame {
  return { width, height, left: margin.left, right: Math.max(margin.left + leastPlot, width - room), top: margin.top, bottom: height - margin.bottom };
}

/** The place under a pixel, on an axis from 0 to `end`; null beside the plot. */
export function placeAt({ left, right }: PlotFrame, end: number, pixel: number): number | null {
  const share = (pixel - left) / (right - left);
  return share < 0 || share > 1 ? null : share * end;
}
