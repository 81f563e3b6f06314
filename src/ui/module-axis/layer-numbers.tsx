import { useHover } from '../../store/hover-store.ts';
import { layerTicks, type ModuleColumns } from './module-columns.ts';

/** Width of a two-figure number with air on both sides. */
const numberWidth = 22;

/** Numbers of the layers under the columns; the hovered one is bold and hides its neighbours. */
export function LayerNumbers({ columns }: { readonly columns: ModuleColumns }) {
  const module = useHover((hover) => hover.module);
  const hovered = module === null || module >= columns.modules ? null : { layer: (module >> 1) + 1, x: columns.left(module) + columns.columnWidth / 2 };
  const ticks = layerTicks(columns).filter((tick) => hovered === null || Math.abs(tick.x - hovered.x) >= numberWidth);
  return (
    <div className="layer-numbers" aria-hidden>
      <span className="axis-left-label" style={{ width: columns.labelWidth - 8 }}>
        layer
      </span>
      {ticks.map((tick) => (
        <span key={tick.modules.join(' ')} style={{ left: tick.x }}>
          {tick.layer + 1}
        </span>
      ))}
      {hovered && (
        <span className="layer-hovered" style={{ left: hovered.x }}>
          {hovered.layer}
        </span>
      )}
    </div>
  );
}
