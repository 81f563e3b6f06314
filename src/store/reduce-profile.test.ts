import { expect, it } from 'vitest';
import type { RunEvent } from '../run/run-events.ts';
import { initialRunState } from './initial-run-state.ts';
import { reduceRun } from './reduce-run.ts';
import { eventsToExport, eventsToSearch } from './run.fixture.ts';

const profileAfter = (events: readonly RunEvent[]) => reduceRun(initialRunState, events).profile;
const until = (nth: number): RunEvent[] => {
  const places = eventsToExport.flatMap(({ type }, index) => (type === 'profile' ? [index] : []));
  return eventsToExport.slice(0, (places[nth] ?? 0) + 1);
};

it('is not there before it was told, nor in a run of an older version', () => {
  expect(profileAfter(eventsToExport.slice(0, 3))).toBeNull();
  expect(profileAfter(eventsToExport.filter(({ type }) => type !== 'profile'))).toBeNull();
});

it('what was done before the search is where the first generation begins', () => {
  const first = profileAfter(until(0));
  expect(first).toMatchObject({ base: { generation: 0, seconds: 3, flop: 4e6, forwardTokens: 64, hostSeconds: 2, uploads: 10, foretold: null }, course: [] });
  expect(first?.now.phases).toHaveLength(2);
});

it('a generation has the sums over all phases, and what was foretold of the whole', () => {
  const profile = profileAfter(eventsToSearch);
  const at = until(1).at(-1)?.at ?? Number.NaN;
  expect(profile?.base).toEqual(profileAfter(until(0))?.base);
  expect(profile?.course).toEqual([{ generation: 1, at, seconds: 11, flop: 8.4e7, forwardTokens: 704, trainedTokens: 64, hostSeconds: 4, uploads: 14, uploadedBytes: 8500, readbacks: 4, readBytes: 80, foretold: at + 20 }]);
});

it('parts by phase what was outside sessions and kernels', () => {
  // Load was not told of by itself, so it counts to the database here.
  expect(profileAfter(until(0))?.outside).toEqual({ database: 2 });
  expect(profileAfter(until(1))?.outside).toEqual({ database: 2, search: 2 });
  expect(profileAfter(eventsToExport)?.outside).toEqual({ database: 2, search: 2 });
});

it('the end of the search is no generation more', () => {
  const [during, over] = [profileAfter(until(1)), profileAfter(until(2))];
  expect(over?.course).toEqual(during?.course);
  expect(over?.now).toEqual(during?.now);
});
