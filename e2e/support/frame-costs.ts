import type { Browser, Page } from '@playwright/test';

/** What the page's main thread did while something was watched. Milliseconds of the processor, so that other programs do not count. */
export interface FrameCosts {
  /** Frames that the page drew. */
  readonly frames: number;
  readonly seconds: number;
  readonly longestTask: number;
  /** Of scripts, a frame: the mean, and that of the worst frame in twenty. */
  readonly meanScript: number;
  readonly p95Script: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string; readonly data?: { readonly type?: string } };
}

const categories = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', 'v8.execute', 'blink.user_timing', '__metadata'];
/** What runs scripts; of those inside one another the outermost counts. */
const scripts = new Set(['FunctionCall', 'EvaluateScript', 'FireAnimationFrame', 'TimerFire', 'EventDispatch', 'FireIdleCallback', 'RunMicrotasks', 'v8.callFunction']);
const [beginMark, endMark] = ['frame-costs-begin', 'frame-costs-end'];

const costOf = ({ tdur, dur }: TraceEvent): number => (tdur ?? dur ?? 0) / 1000;

/** Events that no other of them holds. */
function outermost(events: readonly TraceEvent[]): TraceEvent[] {
  let end = 0;
  return events
    .toSorted((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))
    .filter(({ ts, dur = 0 }) => {
      if (ts < end) return false;
      end = ts + dur;
      return true;
    });
}

/** Adds up what ran between each frame and the one before it. */
function byFrame(events: readonly TraceEvent[], frames: readonly number[]): number[] {
  const sums = frames.map(() => 0);
  for (const event of events) {
    const index = frames.findIndex((frame) => frame >= event.ts);
    sums[index < 0 ? frames.length - 1 : index] = (sums[index < 0 ? frames.length - 1 : index] ?? 0) + costOf(event);
  }
  return sums;
}

function costsIn(trace: readonly TraceEvent[]): FrameCosts {
  const begin = trace.find(({ name }) => name === beginMark);
  const end = trace.find(({ name }) => name === endMark);
  if (!begin || !end) throw new Error('the trace has no marks of what was watched');
  const mine = trace.filter(({ pid, tid, ts }) => pid === begin.pid && tid === begin.tid && ts >= begin.ts && ts <= end.ts);
  const tasks = mine.filter(({ name, ph }) => name.endsWith('RunTask') && ph === 'X');
  const frames = mine.filter(({ name }) => name === 'Paint' || name === 'Commit').map(({ ts }) => ts);
  const unique = frames.filter((ts, index) => index === 0 || ts - (frames[index - 1] ?? 0) > 4000);
  const costs = byFrame(outermost(mine.filter(({ name, ph }) => ph === 'X' && scripts.has(name))), unique).toSorted((a, b) => a - b);
  return {
    frames: unique.length,
    seconds: (end.ts - begin.ts) / 1e6,
    longestTask: Math.max(0, ...tasks.map(costOf)),
    meanScript: costs.reduce((sum, cost) => sum + cost, 0) / Math.max(1, costs.length),
    p95Script: costs[Math.floor(costs.length * 0.95)] ?? 0,
  };
}

/** Watches the page's main thread while `action` runs. */
export async function frameCosts(browser: Browser, page: Page, action: () => Promise<void>): Promise<FrameCosts> {
  await browser.startTracing(page, { categories });
  await page.evaluate((mark) => void performance.mark(mark), beginMark);
  await action();
  await page.evaluate((mark) => void performance.mark(mark), endMark);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: readonly TraceEvent[] };
  return costsIn(traceEvents);
}
