/** One key, or several that belong together, as the list behind `?` shows them and as the page hears them. */
interface KeyEntry {
  /** `KeyboardEvent.key`, letters in lower case; `mod+` stands before a key that goes with Ctrl or ⌘. */
  readonly keys: readonly string[];
  /** What is printed on the key. */
  readonly shown: string;
  readonly what: string;
}

/**
 * Every key of the page. Whoever acts on a key names its entry (`useKeys`, `keyOf`), so that nothing is heard that the list
 * does not tell. Stop and delete have no single key.
 */
export const keyTable = {
  play: { keys: [' '], shown: 'Space', what: 'Start, pause, resume; play a recording' },
  'step-stage': { keys: ['.'], shown: '.', what: 'Step: to the end of the next stage' },
  'step-generation': { keys: ['>', ':'] /* as many European keyboards have it */, shown: '⇧ .', what: 'Step: to the end of the generation' },
  search: { keys: ['1'], shown: '1', what: 'Search' },
  results: { keys: ['2'], shown: '2', what: 'Results' },
  profile: { keys: ['3'], shown: '3', what: 'Profile' },
  runs: { keys: ['4'], shown: '4', what: 'Runs' },
  guide: { keys: ['5'], shown: '5', what: 'How it works' },
  settings: { keys: ['s'], shown: 'S', what: 'Settings' },
  'next-candidate': { keys: ['j', 'arrowdown'], shown: 'J or ↓', what: 'Next candidate' },
  'previous-candidate': { keys: ['k', 'arrowup'], shown: 'K or ↑', what: 'Candidate before' },
  'next-module': { keys: ['arrowright'], shown: '→', what: 'Next module in the row' },
  'previous-module': { keys: ['arrowleft'], shown: '←', what: 'Module before in the row' },
  open: { keys: ['enter'], shown: 'Enter', what: 'Open the candidate' },
  close: { keys: ['escape'], shown: 'Esc', what: 'Close, clear what is marked' },
  pin: { keys: ['p'], shown: 'P', what: 'Pin the candidate' },
  compare: { keys: ['c'], shown: 'C', what: 'Compare' },
  earlier: { keys: ['['], shown: '[', what: 'Earlier generation' },
  later: { keys: [']'], shown: ']', what: 'Later generation' },
  live: { keys: ['\\'], shown: '\\', what: 'Back to live' },
  layout: { keys: ['b'], shown: 'B', what: 'Bands or interleaved' },
  changes: { keys: ['d'], shown: 'D', what: 'Levels or changes' },
  scale: { keys: ['l'], shown: 'L', what: 'Logarithmic or linear values' },
  table: { keys: ['t'], shown: 'T', what: 'Table of the focused chart' },
  export: { keys: ['e'], shown: 'E', what: 'Export' },
  undo: { keys: ['mod+z'], shown: 'Ctrl Z', what: 'Undo a change of the settings' },
  redo: { keys: ['mod+shift+z', 'mod+y'], shown: 'Ctrl ⇧ Z', what: 'Redo it' },
  keys: { keys: ['?'], shown: '?', what: 'This list' },
} as const satisfies Readonly<Record<string, KeyEntry>>;

export type KeyName = keyof typeof keyTable;

export const keyNames = Object.keys(keyTable) as readonly KeyName[];

const byKey: ReadonlyMap<string, KeyName> = new Map(keyNames.flatMap((name) => keyTable[name].keys.map((key) => [key, name] as const)));

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** The entry that a key press belongs to, or null. Says nothing of who should act: see `isForThePage`. */
export function keyOf({ key, ctrlKey, metaKey, altKey, shiftKey }: Pressed): KeyName | null {
  if (altKey) return null;
  const mod = ctrlKey || metaKey;
  return byKey.get(`${mod ? `mod+${shiftKey ? 'shift+' : ''}` : ''}${key.toLowerCase()}`) ?? null;
}
