import { memo } from 'react';
import { useTheme } from '../../store/theme-store.ts';
import { LevelSwatch } from '../levels/level-swatch.tsx';
import { shapeWords, type RunShape, type ShapeCell } from './run-shape.ts';

const widest = 6;
const room = 172;
const bandGap = 10;
const height = 15;

/** A run's modules in a line: attention, then MLP. */
export const ShapeStrip = memo(function ShapeStrip({ shape }: { readonly shape: RunShape }) {
  const theme = useTheme();
  const { attention, mlp } = shape;
  if (attention.length === 0) return <span className="tertiary">–</span>;
  const pitch = Math.max(2, Math.min(widest, Math.floor(room / attention.length)));
  const left = attention.length * pitch + bandGap;
  const cells = (band: readonly ShapeCell[], from: number) =>
    band.map(({ layer, stop, removed }, index) => <LevelSwatch key={layer} {...{ theme, stop, removed, height }} x={from + index * pitch} y={0} width={pitch - 1} />);
  return (
    <svg className="level-cells" width={left + mlp.length * pitch} height={height} role="img" aria-label={`Shape: ${shapeWords(shape)}`}>
      {cells(attention, 0)}
      {cells(mlp, left)}
    </svg>
  );
});
