import { useEffect, useState } from 'react';
import type { BenchState } from '../../store/bench/bench-state.ts';
import { secondsLeft, shareDone } from '../../store/bench/bench-time.ts';
import * as format from '../format/format.ts';
import { groupWords } from './bench-words.ts';

/** Milliseconds of the page, told again every second while `running`. */
function useNow(running: boolean): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => setNow(performance.now()), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}

const sentences = {
  idle: '',
  running: 'Loading onnxruntime and timing the device',
  finished: 'Finished.',
  cancelled: 'Cancelled. What was measured stands.',
  failed: '',
} as const;

/** What is being measured and how long it will take, or how it ended. */
export function BenchProgress({ bench }: { readonly bench: BenchState }) {
  const now = useNow(bench.status === 'running');
  const current = bench.groups.find(({ began, ended }) => began !== null && ended === null);
  const left = bench.status === 'running' ? secondsLeft(bench, now) : null;
  const what = current && bench.status === 'running' ? groupWords[current.group].title : sentences[bench.status];
  return (
    <div className="bench-progress">
      {bench.status === 'running' && <progress aria-label="Benchmark" value={shareDone(bench, now)} />}
      <p role="status">
        {what}
        {left !== null && <span className="secondary figures"> · about {format.duration(left)} left</span>}
      </p>
      {bench.failure !== null && (
        <p className="bench-failure" role="alert">
          <strong>{bench.failure.what}</strong> {bench.failure.means} {bench.failure.remedy}
        </p>
      )}
    </div>
  );
}
