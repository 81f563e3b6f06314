import type { DatabaseState } from '../../store/run-state.ts';
import { lossAtHalf, lossDecades } from './database-grid.ts';
import type { ModuleColumns } from './module-columns.ts';

interface Props {
  readonly columns: ModuleColumns;
  readonly modules: DatabaseState['modules'];
  readonly height: number;
}

/** The error left at half size, per module, on a log scale. */
export function DatabaseLoss({ columns, modules, height }: Props) {
  const losses = modules.map((summary) => summary && lossAtHalf(summary));
  const decades = lossDecades(losses);
  const top = (loss: number): number => Math.min(1, Math.max(0, -Math.log10(loss) / decades)) * height;
  return (
    <svg className="database-loss" width={columns.width} height={height + 1} role="img" aria-label="Error left after removing half of each module, as a share of removing it all, log scale">
      {Array.from({ length: decades + 1 }, (_, decade) => (
        <text key={decade} x={columns.labelWidth - 8} y={decade === 0 ? 9 : (decade / decades) * height + (decade === decades ? 0 : 4)} textAnchor="end">
          {Number((10 ** -decade).toPrecision(1))}
        </text>
      ))}
      {losses.map((loss, module) => {
        if (loss === null) return null;
        const width = columns.columnWidth - columns.cellGap;
        return <rect key={module} x={columns.left(module)} y={top(loss)} width={width} height={height - top(loss)} fill="var(--edge)" />;
      })}
      {columns.bands.map(({ kind, x, width }) => (
        <line key={kind} x1={x} x2={x + width} y1={height + 0.5} y2={height + 0.5} stroke="var(--edge)" />
      ))}
    </svg>
  );
}
