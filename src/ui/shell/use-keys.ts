import { useLayoutEffect, useRef } from 'react';
import { keyOf, type KeyName } from './keys.ts';
import { isForThePage } from './shortcuts.ts';

/** Returns false to leave the key to those below. */
type Handler = (event: KeyboardEvent) => unknown;
type Handlers = Readonly<Partial<Record<KeyName, Handler>>>;
/** What lies over the page (an opened recording, a candidate) is asked before it. */
type Layer = 'page' | 'over';

interface Registered {
  readonly layer: Layer;
  handlers: Handlers;
}

let registered: readonly Registered[] = [];
/** A key that is held down moves on, but neither starts nor stops anything again. */
const repeating: ReadonlySet<KeyName> = new Set(['next-candidate', 'previous-candidate', 'next-module', 'previous-module', 'earlier', 'later']);

function hear(event: KeyboardEvent): void {
  const name = keyOf(event);
  if (name === null || !isForThePage(event) || (event.repeat && !repeating.has(name))) return;
  const inTurn = [...registered.filter(({ layer }) => layer === 'over').reverse(), ...registered.filter(({ layer }) => layer === 'page').reverse()];
  for (const { handlers } of inTurn) {
    const handler = handlers[name];
    if (!handler || handler(event) === false) continue;
    event.preventDefault();
    return;
  }
}

/** Acts on keys of the table while the component is there; from the moment on at which it can be seen, hence effects of the layout. */
export function useKeys(handlers: Handlers, layer: Layer = 'page'): void {
  const entry = useRef<Registered | null>(null);
  useLayoutEffect(() => {
    const mine: Registered = { layer, handlers: {} };
    entry.current = mine;
    if (registered.length === 0) document.addEventListener('keydown', hear);
    registered = [...registered, mine];
    return () => {
      registered = registered.filter((other) => other !== mine);
      if (registered.length === 0) document.removeEventListener('keydown', hear);
    };
  }, [layer]);
  useLayoutEffect(() => {
    if (entry.current) entry.current.handlers = handlers;
  });
}
