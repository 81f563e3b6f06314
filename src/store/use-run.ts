import { createContext, startTransition, use, useDeferredValue, useEffect, useState } from 'react';
import { useStore, type StoreApi } from 'zustand';
import type { RunState } from './run-state.ts';
import { engineStore } from './run-store.ts';
import { whenIdle } from './when-idle.ts';

/** Where panels read a run: the engine's own, or one that is played back. Both come from the same reducer. */
export type RunSource = Pick<StoreApi<{ readonly run: RunState }>, 'getState' | 'getInitialState' | 'subscribe'>;

/** The engine's run, unless a part of the page says otherwise. */
export const RunSourceContext = createContext<RunSource>(engineStore);

/** Whether panels here show the engine's run: only that can be steered. */
export const useIsLive = (): boolean => use(RunSourceContext) === engineStore;

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
export function useRunWhenIdle<T>(selector: (run: RunState) => T): T {
  const source = use(RunSourceContext);
  const [value, setValue] = useState(() => selector(source.getState().run));
  useEffect(() => {
    let cancel: (() => void) | null = null;
    const follow = (): void => {
      cancel ??= whenIdle(() => {
        cancel = null;
        startTransition(() => setValue(() => selector(source.getState().run)));
      });
    };
    follow();
    const unsubscribe = source.subscribe(follow);
    return () => {
      unsubscribe();
      cancel?.();
    };
  }, [selector, source]);
  return value;
}
