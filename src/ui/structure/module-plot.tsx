import type { PointerEvent, ReactNode } from 'react';
import { setHover } from '../../store/hover-store.ts';
import { useRun } from '../../store/use-run.ts';
import type { ModulePaint } from '../levels/module-paint.ts';
import { BandTitles } from '../module-axis/band-titles.tsx';
import { HoverColumn } from '../module-axis/hover-column.tsx';
import { LayerNumbers } from '../module-axis/layer-numbers.tsx';
import { moduleColumns, type ModuleColumns } from '../module-axis/module-columns.ts';
import { useElementWidth } from '../module-axis/use-element-width.ts';

interface Props {
  readonly paints: readonly ModulePaint[];
  readonly height: number;
  /** What the columns show, after "heads": "kept". */
  readonly what: string;
  /** Of the whole drawing, for those who do not see it. */
  readonly name: string;
  /** What is written at the left, from 0 at the bottom to 1 at the top. */
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  readonly children: (columns: ModuleColumns) => ReactNode;
}

const rightMargin = 8;

/** A drawing over the axis of modules, with the hover that all of them share. */
export function ModulePlot({ paints, height, what, name, ticks, children }: Props) {
  const [ref, width] = useElementWidth();
  const granularity = useRun((run) => run.database.granularity);
  const columns = moduleColumns(paints.length / 2, width, 'bands', rightMargin);
  const onPointerMove = (event: PointerEvent<HTMLElement>): void =>
    setHover({ module: columns.moduleAt(event.clientX - event.currentTarget.getBoundingClientRect().left), candidate: null, generation: null });
  return (
    <div ref={ref} className="axis-scroll">
      {width > 0 && (
        <div className="axis-stack" style={{ width: columns.width }} onPointerMove={onPointerMove} onPointerLeave={() => setHover({ module: null })}>
          <BandTitles {...{ columns, granularity, what }} />
          <svg className="level-cells module-plot" width={columns.width} height={height + 1} role="img" aria-label={name}>
            {ticks.map(({ at, text }) => (
              <g key={text}>
                {columns.bands.map(({ kind, x, width: band }) => (
                  <line key={kind} x1={x} x2={x + band} y1={Math.round((1 - at) * height) + 0.5} y2={Math.round((1 - at) * height) + 0.5} stroke={at === 0 ? 'var(--edge)' : 'var(--line2)'} />
                ))}
                <text x={columns.labelWidth - 8} y={Math.min(height, Math.max(8, (1 - at) * height + 4))} textAnchor="end">
                  {text}
                </text>
              </g>
            ))}
            {children(columns)}
          </svg>
          <LayerNumbers columns={columns} />
          <HoverColumn columns={columns} />
        </div>
      )}
    </div>
  );
}
