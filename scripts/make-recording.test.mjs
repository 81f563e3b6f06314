import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describe, thin } from './make-recording.mjs';

const training = (id, count) => Array.from({ length: count }, (_, index) => ({ type: 'candidate-training', generation: 1, stage: 0, id, done: index + 1, total: count, loss: 2.34567891, at: index + 0.12345 }));

test('of events that come by the hundred a few are kept, the last among them', () => {
  const kept = thin([...training('1.01', 40), ...training('1.02', 2)]);
  assert.deepEqual(kept.filter(({ id }) => id === '1.01').map(({ done }) => done), [14, 27, 40]);
  assert.deepEqual(kept.filter(({ id }) => id === '1.02').map(({ done }) => done), [1, 2]);
  assert.equal(kept[0].loss, 2.3457);
  assert.equal(kept[0].at, 13.123);
});

test('what the run did is kept whole and in order', () => {
  const events = [{ type: 'memory', at: 1 }, ...[2, 3, 4].map((at) => ({ type: 'candidate-measured', fitness: 0.123456789, at }))];
  assert.deepEqual(thin(events), events.slice(1));
});

test('the description is taken from the events', () => {
  const events = [
    { type: 'run-started', config: { model: 'tales-6m' }, startedAt: '2026-01-01T00:00:00.000Z', at: 0 },
    { type: 'device', device: { label: 'WebAssembly, 2 threads' }, at: 0 },
    { type: 'generation-finished', at: 9.6 },
  ];
  const { device, generations, seconds, bytes } = describe(events, 7);
  assert.deepEqual({ device, generations, seconds, bytes }, { device: 'WebAssembly, 2 threads, in Node.js', generations: 1, seconds: 10, bytes: 7 });
});
