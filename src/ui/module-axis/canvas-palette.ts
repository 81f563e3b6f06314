/** Colours that cells need beside the level map, as the theme has them. */
export interface CanvasPalette {
  readonly page: string;
  readonly empty: string;
  readonly edge: string;
  readonly ink: string;
  readonly change: string;
  readonly wire: string;
  readonly cellEdge: string;
}

/** Reads the tokens in force; canvases cannot use them by name. */
export function canvasPalette(): CanvasPalette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    page: token('--bg'),
    empty: token('--bg2'),
    edge: token('--edge'),
    ink: token('--ink'),
    change: token('--change'),
    wire: token('--ink3'),
    cellEdge: token('--cell-edge'),
  };
}
