import { memo, useLayoutEffect, useRef } from 'react';
import { useTheme } from '../../store/theme-store.ts';
import { canvasPalette } from '../module-axis/canvas-palette.ts';
import { beginDrawing } from '../module-axis/draw-cells.ts';
import { useViewport } from '../module-axis/use-viewport.ts';
import type { ChartFrame } from './chart-frame.ts';
import { dotsOf } from './chart-lines.ts';
import type { FitnessSeries } from './fitness-series.ts';
import { useShown } from './use-shown.ts';

const radius = 1.15;
/** More than one dot of the design has, which add up where they overlap; here each pixel has one. */
const strength = 0.8;

/** Every offspring as a dot. A canvas: thousands of elements would cost more than the rest of the chart. Of a recording, it is cut where that stands. */
export const CloudCanvas = memo(function CloudCanvas({ frame, series: { cloud, ends } }: { readonly frame: ChartFrame; readonly series: FitnessSeries }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  const { pixelRatio } = useViewport();
  const shown = useShown(ends.length - 1);
  const { width, height } = frame;
  useLayoutEffect(() => {
    const context = canvas.current && beginDrawing(canvas.current, width, height, pixelRatio);
    if (!context) return;
    const dots = dotsOf(cloud, frame);
    context.globalAlpha = strength;
    context.fillStyle = canvasPalette().edge;
    context.beginPath();
    for (let index = 0; index < dots.length; index += 2) {
      const [x = 0, y = 0] = [dots[index], dots[index + 1]];
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 2 * Math.PI);
    }
    context.fill();
    context.globalAlpha = 1;
  }, [frame, cloud, width, height, pixelRatio, theme]);
  const hidden = Math.max(0, width - Math.min(frame.right, frame.x(ends[shown]?.x ?? 0)) - 2 * radius);
  return <canvas ref={canvas} className="offspring-cloud" style={{ width, height, clipPath: `inset(0 ${hidden.toFixed(1)}px 0 0)` }} aria-hidden />;
});
