import { expect, it } from 'vitest';
import { MemoryStorage } from '../../storage/memory-storage.ts';
import { parseRunConfig } from '../parse-config.ts';
import type { RunEvent } from '../run-events.ts';
import { CheckpointStore } from './checkpoint-store.ts';
import { get, put } from './faulty-storage.fixture.ts';
import { listCheckpoints, removeCheckpoint } from './list-checkpoints.ts';
import { noProgress } from './run-progress.ts';

const config = parseRunConfig({ version: 1, levels: 4, model: 'hub:a/b', search: { generations: 7 }, postTraining: { tokens: 64 } });
const begun: RunEvent = { type: 'slept', seconds: 1, at: 1 };

it('lists what can go on, the last saved first, and what cannot with the reason; strangers are left out', async () => {
  const storage = new MemoryStorage();
  expect(await listCheckpoints(storage)).toEqual([]);
  await CheckpointStore.create(storage, 'first', config);
  const store = await CheckpointStore.create(storage, 'second', config, '2026-01-02T03:04:05.678Z');
  const parent = { id: '2.01', genome: [0, 1], size: 4 };
  const settings = { ...config.search, generations: 9 };
  const search = { position: { generation: 2, parent, fitness: 1, settings, within: null }, tokensBefore: noProgress.tokens, knownStates: [] };
  const device = { backend: 'wasm', label: 'WebAssembly', reason: '', threads: 4 } as const;
  await store.commit({ ...noProgress, events: 1, at: 12.5, device, modules: [null, null], phaseSeconds: { load: 1, calibrate: 1, database: 1 }, search }, [begun]);
  await put(storage, 'checkpoints/damaged/commit-a.json', Uint8Array.of(1, 2, 3));
  await put(storage, 'checkpoints/UPPER/commit-a.json', Uint8Array.of(1));
  await put(storage, 'checkpoints/loose', Uint8Array.of(1));
  const [second, first, damaged, ...rest] = await listCheckpoints(storage);
  expect(rest).toEqual([]);
  expect(second).toMatchObject({ run: 'second', startedAt: '2026-01-02T03:04:05.678Z', model: 'hub:a/b', phase: 'search', generation: 2, generations: 9, at: 12.5, backend: 'wasm', threads: 4, refused: null });
  expect(second?.config).toEqual(config);
  expect(second?.bytes).toBe(store.bytes);
  expect(first).toMatchObject({ run: 'first', phase: null, generation: 0, generations: 7, at: 0, backend: null, threads: null, refused: null });
  expect(damaged).toMatchObject({ run: 'damaged', config: null, model: null, savedAt: null, bytes: 3, refused: { what: expect.stringContaining('damaged') } });
});

it('tells of a part that is gone, and removes a checkpoint whole', async () => {
  const storage = new MemoryStorage();
  const store = await CheckpointStore.create(storage, 'one', config);
  const part = await store.put('module-0', [Uint8Array.of(1)]);
  await store.commit({ ...noProgress, modules: [{ part, headerBytes: 1, pieces: [null] }] }, []);
  await store.commit({ ...noProgress, modules: [{ part, headerBytes: 1, pieces: [null] }] }, []);
  await storage.remove(`checkpoints/one/${part.name}`);
  const [gone] = await listCheckpoints(storage);
  expect(gone?.refused?.what).toContain(part.name);
  await CheckpointStore.create(storage, 'two', config);
  await removeCheckpoint(storage, 'one');
  await removeCheckpoint(storage, 'one');
  await removeCheckpoint(storage, '..');
  expect((await listCheckpoints(storage)).map(({ run }) => run)).toEqual(['two']);
  const marker = await get(storage, 'checkpoints/two/commit-a.json');
  await using held = await storage.open('checkpoints/two/commit-a.json');
  await expect(removeCheckpoint(storage, 'two')).rejects.toMatchObject({ name: 'StorageBusyError' });
  expect(held.size).toBe(marker.length);
});

it('names the phase that comes next; post-training only where there is some', async () => {
  const storage = new MemoryStorage();
  const winner = { id: '0.00', genome: [], size: 1 };
  const over = { load: 1, calibrate: 1, database: 1, search: 1 };
  const phaseAfter = async (tokens: number, stopped: boolean): Promise<unknown> => {
    const store = await CheckpointStore.create(storage, 'one', { ...config, postTraining: { ...config.postTraining, tokens } });
    await store.commit({ ...noProgress, events: 1, phaseSeconds: over, searched: { uniform: winner, winner, stopped } }, [begun]);
    return (await listCheckpoints(storage))[0]?.phase;
  };
  expect(await phaseAfter(64, false)).toBe('post-train');
  expect(await phaseAfter(64, true)).toBe('evaluate');
  expect(await phaseAfter(0, false)).toBe('evaluate');
});
