import { startTransition, useDeferredValue, useEffect, useState } from 'react';
import { create } from 'zustand';
import type { Explanation } from '../base/explained-error.ts';
import type { SearchSettingsChanges } from '../run/run-config.ts';
import type { EngineMessage, EngineStatus } from '../worker/protocol.ts';
import { initialRunState } from './initial-run-state.ts';
import type { Exporting } from './reduce-exporting.ts';
import type { RunState } from './run-state.ts';
import { whenIdle } from './when-idle.ts';

export type Probe = Omit<Extract<EngineMessage, { type: 'probed' }>, 'type'>;
export type Sample = Omit<Extract<EngineMessage, { type: 'sampled' }>, 'type'>;

/** The run as the events tell it, and what the engine says beside them. */
export interface EngineState {
  readonly run: RunState;
  readonly status: EngineStatus;
  /** Changes that wait for the next generation. */
  readonly pending: SearchSettingsChanges | null;
  readonly probe: Probe | null;
  readonly probeFailure: Explanation | null;
  readonly samples: { readonly dense: Sample | null; readonly parent: Sample | null };
  readonly sampling: boolean;
  readonly sampleFailure: Explanation | null;
  /** Null where nothing is being exported. */
  readonly exporting: Exporting | null;
}

export const idleEngine: EngineState = {
  run: initialRunState,
  status: 'idle',
  pending: null,
  probe: null,
  probeFailure: null,
  samples: { dense: null, parent: null },
  sampling: false,
  sampleFailure: null,
  exporting: null,
};

/** Whether a run has come to its end, well or badly. */
export const isOver = (status: EngineStatus): boolean => status === 'finished' || status === 'failed';

/** Written only by the engine's connection (`engine.ts`, `export-commands.ts`). */
export const engineStore = create<EngineState>(() => idleEngine);

/** Subscribes a component to a part of the run. Changes at most about four times a second. */
export const useRun = <T>(selector: (run: RunState) => T): T => engineStore((state) => selector(state.run));

/**
 * As `useRun`, for panels that take long to draw: React draws them in small slices after what is urgent, so that the page
 * stays responsive. What depends on it must be behind `memo`.
 */
export const useRunLater = <T>(selector: (run: RunState) => T): T => useDeferredValue(useRun(selector));

/**
 * As `useRunLater`, in a task of its own when the page is idle: two slow panels that follow the same event do not add up
 * to one long task. `selector` must not change between renders.
 */
export function useRunWhenIdle<T>(selector: (run: RunState) => T): T {
  const [value, setValue] = useState(() => selector(engineStore.getState().run));
  useEffect(() => {
    let cancel: (() => void) | null = null;
    const follow = (): void => {
      cancel ??= whenIdle(() => {
        cancel = null;
        startTransition(() => setValue(() => selector(engineStore.getState().run)));
      });
    };
    follow();
    const unsubscribe = engineStore.subscribe(follow);
    return () => {
      unsubscribe();
      cancel?.();
    };
  }, [selector]);
  return value;
}

/** Subscribes a component to a part of the engine's state (status, pending changes, device, samples). */
export const useEngine = <T>(selector: (engine: EngineState) => T): T => engineStore(selector);
