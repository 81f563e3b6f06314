import { useMemo } from 'react';
import type { PostTrainingState } from '../../store/run-state.ts';
import { OverLines, PlotLine } from '../charts/layers.tsx';
import { plotFrame } from '../charts/plot-frame.ts';
import { Plot } from '../charts/plot.tsx';
import { kl, tokens } from '../format/format.ts';
import { postCurve, type PostPoint } from './post-curve.ts';

interface Props {
  readonly post: PostTrainingState;
  readonly width: number;
  readonly height: number;
}

/** The words at the best, where that is the last. */
const labelRoom = 88;

/** KL on held-out text over trained tokens, the best marked: that is what is kept. As the fitness chart looks. */
export function PostChart({ post, width, height }: Props) {
  const frame = plotFrame(width, height, labelRoom);
  const curve = useMemo(() => postCurve(post, frame.right - frame.left, frame.bottom - frame.top), [post, frame.right, frame.left, frame.bottom, frame.top]);
  if (!curve) return <p className="small secondary">The curve starts with the first measurement.</p>;
  const { points, domain, ticks, end, tokenTicks, best } = curve;
  const layers = [<PlotLine key="line" points={points} />, best && <BestMark key="best" best={best} />];
  return (
    <Plot
      name={`KL over trained tokens, from ${kl(points[0]?.y)} to ${kl(points.at(-1)?.y)}, best ${kl(best?.y)}`}
      places={{ end, ticks: tokenTicks, format: tokens }}
      values={{ scale: 'log', domain, ticks }}
      {...{ frame, layers }}
    />
  );
}

function BestMark({ best }: { readonly best: PostPoint }) {
  return (
    <OverLines>
      {({ x, y, bottom }) => (
        <g fill="var(--ink)">
          <circle cx={x(best.x)} cy={y(best.y)} r={5.5} fill="none" stroke="var(--ink)" strokeWidth={1.5} />
          <text x={x(best.x) + 10} y={Math.min(bottom - 3, y(best.y) + 4)} className="plot-label plot-label-main">
            best {kl(best.y)}
          </text>
        </g>
      )}
    </OverLines>
  );
}
