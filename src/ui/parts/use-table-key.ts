import { useRef, type RefObject } from 'react';
import { useKeys } from '../shell/use-keys.ts';

const tools = '[data-has-table]';

/** The part of the page that a chart's tools speak for. */
const chartOf = (element: Element): Element | null => element.closest('[data-chart]') ?? element.closest('section');

/** The tools of the chart that has the focus; without one, of the first on the page that has a table. */
function chosen(): Element | undefined {
  const all = [...document.querySelectorAll(tools)];
  const focused = all.filter((each) => chartOf(each)?.contains(document.activeElement) === true);
  return focused.at(-1) ?? all[0]; // charts in others come later
}

/** T: the table of the focused chart; null where it has none beside it. Returns what marks the chart's tools. */
export function useTableKey(toggle: (() => void) | null): RefObject<HTMLSpanElement | null> {
  const ref = useRef<HTMLSpanElement>(null);
  useKeys({
    table: () => {
      if (toggle === null || ref.current === null || chosen() !== ref.current) return false;
      toggle();
      return true;
    },
  });
  return ref;
}
