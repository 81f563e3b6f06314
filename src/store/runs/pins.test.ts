import { beforeEach, expect, it, vi } from 'vitest';
import { pinBeside, pinsNow, pinTogether, readPins, togglePin } from './pins.ts';
import { storedRun } from './runs.fixture.ts';
import { runsStore } from './runs-store.ts';

beforeEach(() => {
  vi.stubGlobal('location', { search: '', pathname: '/', hash: '' });
  vi.stubGlobal('history', { state: null, replaceState: vi.fn<() => void>() });
});

it('reads ids from an address, each once, at most four, and nothing that is no id', () => {
  expect(readPins(null)).toBeNull();
  expect(readPins('')).toEqual([]);
  expect(readPins('a1b2c3d4,a1b2c3d4,e5')).toEqual(['a1b2c3d4', 'e5']);
  expect(readPins('<b>,A,../x,ok')).toEqual(['ok']);
  expect(readPins('a,b,c,d,e')).toEqual(['a', 'b', 'c', 'd']);
});

it('begins with the newest runs that compare, and pins at most four', () => {
  const other = storedRun('other', (config) => ({ ...config, target: { sparsity: 0.3 } }));
  runsStore.setState({ runs: [storedRun('a'), other, storedRun('b'), storedRun('c'), storedRun('d')] });
  expect(pinsNow()).toEqual(['a', 'b', 'c']);
  togglePin('b');
  togglePin('other');
  togglePin('d');
  togglePin('e');
  expect(pinsNow()).toEqual(['a', 'c', 'other', 'd']);
  expect(history.replaceState).toHaveBeenLastCalledWith(null, '', '/?pins=a,c,other,d');
});

it('pins a control beside its run, which stays whatever has to make room', () => {
  pinTogether(['a', 'b']);
  pinBeside('x', 'b');
  expect(pinsNow()).toEqual(['a', 'b', 'x']);
  pinTogether(['a', 'b', 'c', 'd']);
  pinBeside('x', 'd');
  expect(pinsNow()).toEqual(['a', 'b', 'd', 'x']);
  pinBeside('y', 'z');
  expect(pinsNow()).toEqual(['z', 'y']);
});
