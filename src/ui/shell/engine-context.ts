import { createContext, useContext } from 'react';
import type { Engine } from '../../store/engine.ts';

export const EngineContext = createContext<Engine | null>(null);

/** The commands to the engine. */
export function useCommands(): Engine {
  const engine = useContext(EngineContext);
  if (!engine) throw new Error('no engine above this component');
  return engine;
}
