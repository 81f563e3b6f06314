import { createContext, startTransition, use, useDeferredValue, useEffect, useState } from 'react';
import { useStore, type StoreApi } from 'zustand';
import type { RunState } from './run-state.ts';
import { engineStore } from './run-store.ts';
import { whenIdle } from './when-idle.ts';

/** Where panels read a run: the engine's own, or one that is played back, which can `seek` a generation and knows the `whole`. Both come from the same reducer. */
export type RunSource = Pick<StoreApi<{ readonly run: RunState }>, 'getState' | 'getInitialState' | 'subscribe'> & { readonly seek?: (generation: number) => void; readonly whole?: () => RunSource };

/** The engine's run, unless a part of the page says otherwise. */
export const RunSourceContext = createContext<RunSource>(engineStore);

/** Whether panels here show the engine's run: only that can be steered. */
export const useIsLive = (): boolean => use(RunSourceContext) === engineStore;

/** Goes to a generation of the recording that panels here show; null where they show the engine's run. */
export const useSeek = (): ((generation: number) => void) | null => use(RunSourceContext).seek ?? null;

/** Subscribes a component to a part of the run that is shown here. The engine's changes at most about four times a second. */
export const useRun = <T>(selector: (run: RunState) => T): T => useStore(use(RunSourceContext), (state) => selector(state.run));

/**
 * As `useRun`, for panels that take long to draw: React draws them in small slices after what is urgent, so that the page
 * stays responsive. What depends on it must be behind `memo`.
 */
export const useRunLater = <T>(selector: (run: RunState) => T): T => useDeferredValue(useRun(selector));

/**
 * As `useRunLater`, in a task of its own when the page is idle: two slow panels that follow the same event do not add up
 * to one long task. `selector` must not change between renders.
 */
export const useRunWhenIdle = <T>(selector: (run: RunState) => T): T => useWhenIdle(use(RunSourceContext), selector);

/** As `useRunWhenIdle`, of the run as far as it is known: of a recording, all of it, wherever it stands. */
export function useKnownRun<T>(selector: (run: RunState) => T): T {
  const source = use(RunSourceContext);
  return useWhenIdle(source.whole?.() ?? source, selector);
}

/** Milliseconds between two redraws of what follows when idle: while a recording is scrubbed, every frame brings another state. */
const beat = 250;

function useWhenIdle<T>(source: RunSource, selector: (run: RunState) => T): T {
  const [value, setValue] = useState(() => selector(source.getState().run));
  useEffect(() => {
    let cancel: (() => void) | null = null;
    let resting = false;
    let stale = false;
    const follow = (): void => {
      stale = true;
      if (resting) return;
      cancel ??= whenIdle(() => {
        [cancel, stale, resting] = [null, false, true];
        startTransition(() => setValue(() => selector(source.getState().run)));
        timer = setTimeout(() => {
          resting = false;
          if (stale) follow();
        }, beat);
      });
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    follow();
    const unsubscribe = source.subscribe(follow);
    return () => {
      unsubscribe();
      cancel?.();
      clearTimeout(timer);
    };
  }, [selector, source]);
  return value;
}
