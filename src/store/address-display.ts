import { defaultDisplay, displayChoices, type Display } from './display-store.ts';

type Choice = keyof typeof displayChoices;

/** What each choice is called in the address; its values are words as they are. */
const names: readonly (readonly [name: string, choice: Choice])[] = [
  ['x', 'x'],
  ['y', 'y'],
  ['layout', 'layout'],
  ['show', 'paint'],
  ['sort', 'sort'],
  ['history', 'historyMode'],
];

export const displayNames: readonly string[] = [...names.map(([name]) => name), 'gen'];

const generation = /^[1-9]\d{0,5}$/;

/** What differs from the usual; null for what does not, so that it leaves the address. */
export function writeDisplay(display: Display): Record<string, string | null> {
  const parameters: Record<string, string | null> = { gen: display.viewing === null ? null : String(display.viewing) };
  for (const [name, choice] of names) parameters[name] = display[choice] === defaultDisplay[choice] ? null : display[choice];
  return parameters;
}

/** What an address says of the display; what it says wrongly is left out and named in `ignored`. */
export function readDisplay(parameters: URLSearchParams): { display: Partial<Display>; ignored: string[] } {
  const ignored: string[] = [];
  const found: Record<string, string | number> = {};
  for (const [name, choice] of names) {
    const word = parameters.get(name);
    if (word === null) continue;
    if (displayChoices[choice].some((known) => known === word)) found[choice] = word;
    else ignored.push(`${name}=${word}`);
  }
  const named = parameters.get('gen');
  if (named !== null && generation.test(named)) found['viewing'] = Number(named);
  else if (named !== null) ignored.push(`gen=${named}`);
  return { display: found as Partial<Display>, ignored };
}
