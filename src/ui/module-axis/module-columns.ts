import type { ModuleKind } from '../../model/spec.ts';

/** How the modules lie along the shared axis. In `strands` a column is a layer and its two modules lie over each other. */
export type AxisLayout = 'bands' | 'interleaved' | 'strands';

export interface Band {
  readonly kind: ModuleKind | 'both';
  readonly x: number;
  readonly width: number;
}

/** A column with its layer's number, where one is written. */
export interface LayerTick {
  readonly layer: number;
  /** Middle of the column. */
  readonly x: number;
  readonly modules: readonly number[];
}

/** Where every module's column lies, in CSS pixels from the left of the whole stack. */
export interface ModuleColumns {
  readonly layout: AxisLayout;
  readonly modules: number;
  readonly layers: number;
  /** A whole number of pixels. */
  readonly columnWidth: number;
  /** Free pixels right of a cell, inside its column; on the right alone, so that edges fall on whole pixels. */
  readonly cellGap: number;
  readonly labelWidth: number;
  /** Left and right end of all columns. */
  readonly plotLeft: number;
  readonly plotRight: number;
  /** Of the whole stack; above the available width where columns are at their minimum, which scrolls. */
  readonly width: number;
  readonly bands: readonly Band[];
  /** Left edge of a module's column; modules are in genome order: layer 0 attention, layer 0 MLP, layer 1 attention. */
  readonly left: (module: number) => number;
  /** The module of that column, or null between and beside the bands. `lane`: which strand, 0 attention, 1 MLP. */
  readonly moduleAt: (x: number, lane?: 0 | 1) => number | null;
}

const minimumColumn = 5;
/** Wider columns would tell no more, and the space does more for the values beside them. */
const maximumColumn = 40;
const bandGap = 12;
const labelWidths: Readonly<Record<AxisLayout, number>> = { bands: 56, interleaved: 56, strands: 58 };
const valueWidths: Readonly<Record<AxisLayout, number>> = { bands: 110, interleaved: 110, strands: 42 };

/**
 * The columns for a stack of that width. A column is a whole number of pixels, else lines of the history would alias;
 * the remainder goes to the right gutter, which has at least `valueWidth`.
 */
export function moduleColumns(layers: number, available: number, layout: AxisLayout, valueWidth = valueWidths[layout]): ModuleColumns {
  const perLayer = layout === 'strands' ? 1 : 2;
  const gap = layout === 'bands' ? bandGap : 0;
  const labelWidth = labelWidths[layout];
  const room = available - labelWidth - valueWidth - gap;
  const fitting = Math.floor(room / Math.max(1, perLayer * layers));
  const columnWidth = Math.min(maximumColumn, Math.max(minimumColumn, fitting));
  const plotRight = labelWidth + perLayer * layers * columnWidth + gap;
  const mlpLeft = labelWidth + layers * columnWidth + gap;
  const place = placement(layout, labelWidth, columnWidth, mlpLeft);
  return {
    layout, layers, columnWidth, labelWidth, plotRight,
    modules: 2 * layers,
    cellGap: columnWidth > 7 ? 1 : 0.6,
    plotLeft: labelWidth,
    width: Math.max(available, plotRight + valueWidth),
    bands: bandsOf(layout, labelWidth, mlpLeft, layers * columnWidth),
    left: place,
    moduleAt: (x, lane = 0) => {
      if (x < labelWidth || x >= plotRight) return null;
      if (layout === 'interleaved') return Math.floor((x - labelWidth) / columnWidth);
      if (layout === 'strands') return 2 * Math.floor((x - labelWidth) / columnWidth) + lane;
      if (x >= mlpLeft) return 2 * Math.floor((x - mlpLeft) / columnWidth) + 1;
      return x < mlpLeft - gap ? 2 * Math.floor((x - labelWidth) / columnWidth) : null;
    },
  };
}

function placement(layout: AxisLayout, left: number, columnWidth: number, mlpLeft: number): (module: number) => number {
  if (layout === 'interleaved') return (module) => left + module * columnWidth;
  if (layout === 'strands') return (module) => left + (module >> 1) * columnWidth;
  return (module) => (module % 2 === 0 ? left : mlpLeft) + (module >> 1) * columnWidth;
}

function bandsOf(layout: AxisLayout, left: number, mlpLeft: number, width: number): Band[] {
  if (layout === 'strands') return [{ kind: 'both', x: left, width }];
  if (layout === 'interleaved') return [{ kind: 'both', x: left, width: 2 * width }];
  return [
    { kind: 'attention', x: left, width },
    { kind: 'mlp', x: mlpLeft, width },
  ];
}

/** Every layer, or the first and each fifth where there are many; once in each band. */
export function layerTicks(columns: ModuleColumns): LayerTick[] {
  const { layout, layers, columnWidth } = columns;
  const step = layers > 12 ? 5 : 1;
  const shown = Array.from({ length: layers }, (_, layer) => layer).filter((layer) => layer === 0 || (layer + 1) % step === 0);
  const half = columnWidth / 2;
  return shown.flatMap((layer): LayerTick[] => {
    const pair = [2 * layer, 2 * layer + 1] as const;
    if (layout === 'strands') return [{ layer, x: columns.left(pair[0]) + half, modules: pair }];
    if (layout === 'interleaved') return [{ layer, x: columns.left(pair[1]), modules: pair }];
    return pair.map((module) => ({ layer, x: columns.left(module) + half, modules: [module] }));
  });
}
