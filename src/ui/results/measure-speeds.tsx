import { useEngine } from '../../store/run-store.ts';
import { useRun } from '../../store/use-run.ts';
import type { ModelSubject } from '../../worker/protocol.ts';
import { about } from '../format/format.ts';
import { useCommands } from '../shell/engine-context.ts';

/** Seconds that the engine takes for a model, warming up included. */
const secondsEach = 12;

/** Times the run's models where they were not timed, or once more. */
export function MeasureSpeeds({ measured }: { readonly measured: boolean }) {
  const commands = useCommands();
  const uniform = useRun((run) => run.search?.uniform ?? null);
  const parent = useRun((run) => run.search?.parent.id ?? null);
  const ready = useEngine((engine) => engine.status === 'finished');
  const busy = useEngine((engine) => engine.measuringSpeed);
  const failure = useEngine((engine) => engine.speedFailure);
  const subjects: ModelSubject[] = [{ which: 'dense' }, { which: 'parent' }];
  if (uniform && uniform.id !== parent) subjects.push({ which: 'candidate', id: uniform.id, genome: uniform.genome });
  if (!ready) return null;
  return (
    <span className="results-measure">
      {busy ? (
        <>
          <span className="small secondary" role="status">
            Measuring speed…
          </span>
          <button type="button" className="link-button" onClick={() => commands.stopSample()}>
            Stop
          </button>
        </>
      ) : (
        <button type="button" className="link-button" onClick={() => commands.measureSpeed(subjects)}>
          {measured ? 'Measure speed again' : 'Measure speed'}, {about(secondsEach * subjects.length)}
        </button>
      )}
      {failure && (
        <span className="small results-failure" role="alert">
          {failure.what} {failure.remedy}
        </span>
      )}
    </span>
  );
}
