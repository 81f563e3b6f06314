import { create } from 'zustand';
import { pushParameters, writeParameters } from './address.ts';

/** The pages of the site. Going from one to another never stops a run. */
export const views = ['search', 'results', 'profile', 'runs', 'guide'] as const;
export type View = (typeof views)[number];

/** What the address says beside the settings: the page, and the candidate that is open. */
export interface Place {
  readonly view: View;
  /** Id of the candidate whose detail is open, for instance `47.02`. */
  readonly candidate: string | null;
}

const home: Place = { view: 'search', candidate: null };

const store = create<Place>(() => home);

/** Subscribes a component to a part of the place. */
export const usePlace = <T>(selector: (place: Place) => T): T => store(selector);
export const placeNow = (): Place => store.getState();

const isView = (text: string | null): text is View => views.some((view) => view === text);
const isCandidate = (text: string | null): text is string => text !== null && /^\d{1,6}\.\d{2,3}$/.test(text);

/** The place that an address names; what it does not name, or names wrongly, is home. */
export function readPlace(parameters: URLSearchParams): Place {
  const view = parameters.get('view');
  const candidate = parameters.get('cand');
  return { view: isView(view) ? view : home.view, candidate: isCandidate(candidate) ? candidate : null };
}

/** What of an address's place cannot be read. */
export function unreadPlaces(parameters: URLSearchParams): string[] {
  const { view, candidate } = readPlace(parameters);
  const read: Readonly<Record<string, string | null>> = { view, cand: candidate };
  return Object.entries(read).flatMap(([name, value]) => (parameters.has(name) && parameters.get(name) !== value ? [`${name}=${parameters.get(name)}`] : []));
}

/** Goes there, as a step that the browser's Back undoes. */
export const go = (to: Partial<Place>): void => move(to, pushParameters);

/** Goes there in place of where it was: leafing through candidates is one step of the browser's Back. */
export const leaf = (to: Partial<Place>): void => move(to, writeParameters);

function move(to: Partial<Place>, write: typeof pushParameters): void {
  const before = store.getState();
  const after = { ...before, ...to };
  if (after.view === before.view && after.candidate === before.candidate) return;
  store.setState(after);
  write({ view: after.view === home.view ? null : after.view, cand: after.candidate });
}

/** Takes the place from the address, now and whenever Back or Forward is pressed. */
export function bindPlace(): void {
  const follow = (): void => store.setState(readPlace(new URLSearchParams(location.search)));
  follow();
  addEventListener('popstate', follow);
}
