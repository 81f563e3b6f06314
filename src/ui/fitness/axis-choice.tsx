import { setDisplay, useDisplay } from '../../store/display-store.ts';
import { Segmented } from '../parts/segmented.tsx';

const kinds = [
  { value: 'generation', label: 'Generation' },
  { value: 'tokens', label: 'Tokens' },
  { value: 'time', label: 'Time' },
] as const;
const scales = [
  { value: 'log', label: 'Log' },
  { value: 'linear', label: 'Linear' },
] as const;

/** What a curve of fitness runs over. One choice for the whole page. */
export function OverChoice() {
  const kind = useDisplay((display) => display.x);
  return <Segmented plain label="Over" value={kind} options={kinds} onChange={(x) => setDisplay({ x })} />;
}

/** Whether values are drawn on a logarithm. One choice for the whole page. */
export function ScaleChoice() {
  const scale = useDisplay((display) => display.y);
  return <Segmented plain label="Value axis" value={scale} options={scales} onChange={(y) => setDisplay({ y })} />;
}
