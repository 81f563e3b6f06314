import { expect, test } from 'vitest';
import type { DeviceInfo } from '../../runtime/runtime.ts';
import type { BenchMessage } from '../../worker/bench-protocol.ts';
import { choiceFromAddress } from './bench-choice.ts';
import { benchMarkdown, benchRows } from './bench-report.ts';
import { begunBench, reduceBench, type BenchChoice, type BenchState } from './bench-state.ts';
import { expectedSeconds, secondsLeft, shareDone } from './bench-time.ts';

const choice: BenchChoice = { backend: 'wasm', effort: 'quick', groups: ['rates', 'prefill'], sizes: ['1m'] };
const device: DeviceInfo = { backend: 'wasm', label: 'WebAssembly, 2 threads', reason: '', threads: 2, maxBindingBytes: 1, details: { onnxruntime: '1.30.0' } };
const figure = { name: 'forward | 1m', value: 1234.5678, unit: 'tokens/s', quartiles: [1200, 1300], note: '2.5 GFLOP/s' } as const;
const failure = { what: 'It failed.', means: '', remedy: '' };

const after = (timed: readonly (readonly [now: number, message: BenchMessage])[]): BenchState =>
  timed.reduce((state, [now, message]) => reduceBench(state, message, now), begunBench(choice));

const timedDevice: BenchMessage = { type: 'device', device, flopsPerSecond: 1e9 };

test('figures go to their group; a group that failed does not end the others', () => {
  const state = after([
    [0, timedDevice],
    [10, { type: 'began', group: 'rates' }],
    [20, { type: 'figure', group: 'rates', figure }],
    [30, { type: 'ended', group: 'rates', failure: null }],
    [30, { type: 'began', group: 'prefill' }],
    [40, { type: 'ended', group: 'prefill', failure }],
    [40, { type: 'finished' }],
  ]);
  expect(state.status).toBe('finished');
  expect(state.groups).toEqual([
    { group: 'rates', figures: [figure], began: 10, ended: 30, failure: null },
    { group: 'prefill', figures: [], began: 30, ended: 40, failure },
  ]);
});

test('the time left is unknown until the device is timed, falls, and learns from the groups before', () => {
  expect(secondsLeft(begunBench(choice), 0)).toBeNull();
  const [rates, prefill] = [expectedSeconds('rates', choice, 1e9), expectedSeconds('prefill', choice, 1e9)];
  expect(secondsLeft(after([[0, timedDevice]]), 0)).toBeCloseTo(rates + prefill);
  const running = after([[0, timedDevice], [0, { type: 'began', group: 'rates' }]]);
  expect(secondsLeft(running, 500 * rates)).toBeCloseTo(rates / 2 + prefill);
  expect(shareDone(after([[0, timedDevice]]), 5)).toBe(0);
  expect(shareDone(running, 500 * rates)).toBeCloseTo((0.5 * rates) / (rates + prefill));
  const slow = reduceBench(running, { type: 'ended', group: 'rates', failure: null }, 3000 * rates);
  expect(secondsLeft(slow, 3000 * rates)).toBeCloseTo(3 * prefill);
});

test('larger models take longer, and those too large for an export are not compared', () => {
  expect(expectedSeconds('rates', { ...choice, sizes: ['1m', '135m'] }, 1e9)).toBeGreaterThan(100 * expectedSeconds('rates', choice, 1e9));
  expect(expectedSeconds('prefill', { ...choice, sizes: ['360m'] }, 1e9)).toBe(0);
  expect(expectedSeconds('engine', choice, 58e9)).toBeCloseTo(expectedSeconds('engine', choice, 29e9) / 2);
});

test('the report tells device, figures and failures', () => {
  const state = after([
    [0, timedDevice],
    [0, { type: 'figure', group: 'rates', figure }],
    [0, { type: 'ended', group: 'prefill', failure }],
  ]);
  const text = benchMarkdown(state, { browser: 'Chromium 140', processors: 2, isolated: true });
  expect(text).toContain('- Runs on: WebAssembly, 2 threads\n- Threads: 2 of 2 processors\n- Cross-origin isolated: yes\n- Browser: Chromium 140\n- onnxruntime-web: 1.30.0\n');
  expect(text).toContain(String.raw`| forward \| 1m | 1235 tokens/s (1200 to 1300) | 2.5 GFLOP/s |`);
  expect(text).toContain('prefill: It failed.');
  expect(benchRows(state)[1]).toEqual(['rates', 'forward | 1m', 1234.5678, 'tokens/s', 1200, 1300, '2.5 GFLOP/s']);
});

test('the address chooses; what it does not know is as by default', () => {
  expect(choiceFromAddress('?backend=wasm&effort=full&groups=prefill,rates,nothing&sizes=1m')).toEqual({ backend: 'wasm', effort: 'full', groups: ['rates', 'prefill'], sizes: ['1m'] });
  expect(choiceFromAddress('?backend=abacus')).toEqual(choiceFromAddress(''));
});
