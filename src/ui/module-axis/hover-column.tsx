import { useHover } from '../../store/hover-store.ts';
import type { ModuleColumns } from './module-columns.ts';

/** Two lines at the edges of the hovered module's column, through everything that shares the axis. */
export function HoverColumn({ columns }: { readonly columns: ModuleColumns }) {
  const module = useHover((hover) => hover.module);
  if (module === null || module >= columns.modules) return null;
  return <div className="hover-column" style={{ left: columns.left(module) - 1, width: columns.columnWidth - columns.cellGap + 2 }} aria-hidden />;
}
