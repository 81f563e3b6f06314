import { useTheme } from '../../store/theme-store.ts';
import { ChangeMark } from './change-mark.tsx';
import { stopOfLevel } from './level-colours.ts';
import './level-legend.css';
import { LevelSwatch } from './level-swatch.tsx';

/** More swatches than this would be too narrow to tell apart. */
const mostSwatches = 16;

/** The colour scale from dense to removed. */
export function LevelLegend({ nominalLevels, pitch = 15 }: { readonly nominalLevels: number; readonly pitch?: number }) {
  const theme = useTheme();
  const swatches = Math.min(nominalLevels, mostSwatches);
  return (
    <span className="level-legend">
      <span>dense</span>
      <svg className="level-cells" width={(swatches + 1) * pitch} height={10} role="img" aria-label={`Levels 0 to ${nominalLevels}, from dense to removed`}>
        {Array.from({ length: swatches + 1 }, (_, index) => (
          <LevelSwatch
            key={index}
            {...{ theme, x: index * pitch, y: 0, width: pitch - 1, height: 10, stop: stopOfLevel(index, swatches), removed: index === swatches }}
          />
        ))}
      </svg>
      <span>removed</span>
    </span>
  );
}

/** What ring and triangle mean. */
export function ChangeLegend() {
  const theme = useTheme();
  const box = { theme, x: 1, y: 1, width: 9, height: 14, removed: false };
  return (
    <span className="level-legend change-legend">
      <svg className="level-cells" width={12} height={16} aria-hidden>
        <LevelSwatch {...box} stop={3} />
        <ChangeMark {...box} stop={3} keepsMore />
      </svg>
      <span>
        keeps more<span className="legend-detail"> than the parent</span>
      </span>
      <svg className="level-cells" width={12} height={16} aria-hidden>
        <LevelSwatch {...box} stop={7} />
        <ChangeMark {...box} stop={7} keepsMore={false} />
      </svg>
      <span>prunes more</span>
    </span>
  );
}
