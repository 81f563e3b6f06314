import { create } from 'zustand';
import { writeParameters } from '../address.ts';
import { runsStore } from './runs-store.ts';
import type { StoredRun } from './stored-run.ts';

/** Runs that are laid over each other, by id in the order of their colours; null while nothing was chosen. */
const store = create<{ readonly pins: readonly string[] | null }>(() => ({ pins: null }));

/** More lines than this would not be told apart. */
export const mostPins = 4;
const name = 'pins';

export const usePins = (): readonly string[] | null => store((state) => state.pins);

/** The pins that an address names; null where it names none. */
export function readPins(text: string | null): readonly string[] | null {
  if (text === null) return null;
  return [...new Set(text.split(',').filter((id) => /^[a-z0-9]{1,32}$/.test(id)))].slice(0, mostPins);
}

/** Takes the pins from the address, once. */
export const bindPins = (): void => store.setState({ pins: readPins(new URLSearchParams(location.search).get(name)) });

function setPins(pins: readonly string[]): void {
  store.setState({ pins });
  writeParameters({ [name]: pins.join(',') });
}

const target = ({ config }: StoredRun): string => JSON.stringify([config.model, config.target, config.search.fitness, config.texts]);

/** What is laid over each other before anything was chosen: the newest run, and the two before it that it compares with. */
export function firstPins(runs: readonly StoredRun[]): readonly string[] {
  const [newest] = runs;
  if (!newest) return [];
  const like = runs.filter((run) => target(run) === target(newest) && (run === newest || run.curve.fitness.length > 0));
  return like.slice(0, 3).map(({ id }) => id);
}

/** The pins in force. */
export const pinsNow = (): readonly string[] => store.getState().pins ?? firstPins(runsStore.getState().runs ?? []);

/** Pins a run, or takes its pin away; a fifth is not pinned. */
export function togglePin(id: string): void {
  const pins = pinsNow();
  if (pins.includes(id)) setPins(pins.filter((pinned) => pinned !== id));
  else if (pins.length < mostPins) setPins([...pins, id]);
}

/** Pins a run that belongs to another: beside it where that is pinned, else both and nothing else. The last of four makes room. */
export function pinBeside(id: string, other: string): void {
  const pins = pinsNow().filter((pinned) => pinned !== id);
  setPins(pins.includes(other) ? [...(pins.length < mostPins ? pins : pins.filter((pinned) => pinned !== pins.findLast((last) => last !== other))), id] : [other, id]);
}

/** Pins these together, whatever was pinned. */
export const pinTogether = (ids: readonly string[]): void => setPins([...new Set(ids)].slice(0, mostPins));
