import { memo, useLayoutEffect, useRef } from 'react';
import { useIsLive } from '../../store/use-run.ts';
import { useMedia } from '../parts/use-media.ts';
import { beginDrawing } from './draw-cells.ts';
import { drawPopulation, type PopulationDrawing } from './draw-population.ts';
import type { RowLayout } from './row-layout.ts';
import { isMoving, moveRows, type RowMotion } from './row-motion.ts';

interface Props extends Omit<PopulationDrawing, 'motion'> {
  readonly layout: RowLayout;
  readonly generation: number;
}

/** Rings reach past the rows by as much. */
const bleed = 2;

/** The cells and marks of all rows: one drawing, since every one of them may be another with the next frame. */
export const PopulationCanvas = memo(function PopulationCanvas({ stack, layout, generation, baseline, scale, blank }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const motion = useRef<RowMotion | null>(null);
  const calm = useMedia('(prefers-reduced-motion: reduce)');
  const still = !useIsLive() || calm; // as the rows' text: `useStillBetween`
  const [width, height] = [stack.columns.width, layout.height + 2 * bleed];
  useLayoutEffect(() => {
    const moved = moveRows(motion.current, layout.rows, generation, performance.now(), still);
    motion.current = moved;
    let frame = 0;
    const draw = (): void => {
      const now = performance.now();
      const context = canvas.current && beginDrawing(canvas.current, width, height, stack.pixelRatio);
      if (!context) return;
      context.translate(0, bleed);
      drawPopulation(context, { stack, motion: moved, baseline, scale, blank }, now);
      if (isMoving(moved, now)) frame = requestAnimationFrame(draw);
    };
    draw();
    return () => cancelAnimationFrame(frame);
  }, [stack, layout, generation, baseline, scale, blank, still, width, height]);
  return <canvas ref={canvas} className="population-canvas" style={{ top: -bleed, width, height }} aria-hidden />;
});
