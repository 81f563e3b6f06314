import type { Browser, Page } from '@playwright/test';

/** What the page's main thread did, told by the browser's tracing. Milliseconds of the processor, so that other programs do not count. */

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
}

const categories = ['toplevel', 'loading', 'devtools.timeline', 'v8.execute', 'blink.user_timing'];
/** What runs scripts; of those inside one another the outermost counts. */
const scripts = new Set(['FunctionCall', 'EvaluateScript', 'FireAnimationFrame', 'TimerFire', 'EventDispatch', 'FireIdleCallback', 'RunMicrotasks', 'v8.callFunction']);
const [beginMark, endMark] = ['main-thread-begin', 'main-thread-end'];

const costOf = ({ tdur, dur }: TraceEvent): number => (tdur ?? dur ?? 0) / 1000;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

async function trace(browser: Browser, page: Page, action: () => Promise<void>): Promise<readonly TraceEvent[]> {
  await browser.startTracing(page, { categories });
  await action();
  return (JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: readonly TraceEvent[] }).traceEvents;
}

/** Events of the thread that `first` is of, from it on. */
const threadOf = (events: readonly TraceEvent[], first: TraceEvent): TraceEvent[] => events.filter(({ pid, tid, ts }) => pid === first.pid && tid === first.tid && ts >= first.ts);

const tasksIn = (events: readonly TraceEvent[]): number[] => events.filter(({ name, ph }) => name.endsWith('RunTask') && ph === 'X').map(costOf);

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

export interface FrameCosts {
  /** Frames that the page drew. */
  readonly frames: number;
  readonly seconds: number;
  readonly longestTask: number;
  /** Of scripts, a frame: the mean, and that of the worst frame in twenty. */
  readonly meanScript: number;
  readonly p95Script: number;
}

/** Watches the page's frames while `action` runs. */
export async function frameCosts(browser: Browser, page: Page, action: () => Promise<void>): Promise<FrameCosts> {
  const mark = (name: string) => page.evaluate((text) => void performance.mark(text), name);
  const events = await trace(browser, page, async () => {
    await mark(beginMark);
    await action();
    await mark(endMark);
  });
  const [begin, end] = [beginMark, endMark].map((mark_) => events.find(({ name }) => name === mark_));
  if (!begin || !end) throw new Error('the trace has no marks of what was watched');
  const mine = threadOf(events, begin).filter(({ ts }) => ts <= end.ts);
  const frames = mine.filter(({ name }) => name === 'Layerize').map(({ ts }) => ts);
  const costs = frames.map(() => 0);
  let frame = 0;
  for (const event of outermost(mine.filter(({ name, ph }) => ph === 'X' && scripts.has(name)))) {
    while (frame < frames.length - 1 && (frames[frame] ?? 0) < event.ts) frame++;
    costs[frame] = (costs[frame] ?? 0) + costOf(event);
  }
  const ascending = costs.toSorted((a, b) => a - b);
  return { frames: frames.length, seconds: (end.ts - begin.ts) / 1e6, longestTask: Math.max(0, ...tasksIn(mine)), meanScript: sum(costs) / Math.max(1, frames.length), p95Script: ascending[Math.floor(ascending.length * 0.95)] ?? 0 };
}

/** Lighthouse's "total blocking time" of a load: what its tasks after the first contentful paint take over 50 ms, until `settled`. */
export async function blockingTime(browser: Browser, page: Page, settled: () => Promise<void>): Promise<number> {
  const events = await trace(browser, page, settled);
  const paint = events.findLast(({ name }) => name === 'firstContentfulPaint');
  if (!paint) throw new Error('the trace has no first contentful paint');
  const tasks = tasksIn(outermost(threadOf(events, paint).filter(({ name, ph }) => name.endsWith('RunTask') && ph === 'X')));
  if (tasks.length === 0) throw new Error('the trace has no tasks');
  return sum(tasks.map((task) => Math.max(0, task - 50)));
}
