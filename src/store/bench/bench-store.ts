import { create } from 'zustand';
import { startBench } from '../../worker/bench-client.ts';
import { begunBench, idleBench, reduceBench, type BenchChoice, type BenchState } from './bench-state.ts';

const store = create<BenchState>(() => idleBench);

export const useBench = <T>(selector: (state: BenchState) => T): T => store(selector);

let end: () => void = () => undefined;

/** Starts over; what was measured before is forgotten. */
export function runBench(choice: BenchChoice): void {
  end();
  store.setState(begunBench(choice), true);
  end = startBench(choice, (message) => store.setState(reduceBench(store.getState(), message, performance.now()), true));
}

/** Ends the worker at once; what it found stays. */
export function cancelBench(): void {
  end();
  if (store.getState().status === 'running') store.setState({ status: 'cancelled' });
}
