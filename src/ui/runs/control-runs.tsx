import { useMemo } from 'react';
import { modelName } from '../../sources/model-ref.ts';
import { knownModel, lookOf, modelStore, useModels } from '../../store/model-store.ts';
import { controlConfig, controlled, controlsOf, settingsAtEnd } from '../../store/runs/controls.ts';
import { pinTogether } from '../../store/runs/pins.ts';
import { useRuns } from '../../store/runs/runs-store.ts';
import { controlKinds, type ControlKind, type StoredRun } from '../../store/runs/stored-run.ts';
import { useEngine } from '../../store/run-store.ts';
import { go } from '../../store/view-store.ts';
import { whyNotStart } from '../../store/why-not-start.ts';
import { about, kl } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { useCommands } from '../shell/engine-context.ts';
import { isActive } from '../shell/run-activity.ts';
import { secondsAt, secondsLike } from './control-cost.ts';
import './control-runs.css';
import { startControl } from './run-actions.ts';

const offers: Readonly<Record<ControlKind, { readonly run: string; readonly compare: string; readonly what: string }>> = {
  uniform: { run: 'Run the uniform control', compare: 'Compare with uniform', what: 'the target level everywhere, without a search' },
  random: { run: 'Run random at equal budget', compare: 'Compare with random', what: 'as many candidates, each drawn at random' },
  untrained: { run: 'Run with training off', compare: 'Compare with training off', what: 'the same search, candidates not trained before they are measured' },
};

/** What shows how much of a run's result is owed to its search: each control that it has or could have, and what that costs. */
export function ControlRuns({ run }: { readonly run: StoredRun }) {
  const all = useRuns((runs) => runs.runs);
  const found = useMemo(() => controlsOf(controlled(run), all ?? []), [run, all]);
  const kinds = controlKinds.filter((kind) => controlConfig(controlled(run), kind) !== null);
  const held = useEngine((engine) => engine.run.result !== null);
  if (kinds.length === 0 || run.state === 'running') return null;
  return (
    <section className="control-runs" aria-labelledby={`controls-${run.id}`}>
      <h3 id={`controls-${run.id}`}>Controls of {run.name}</h3>
      <p className="note tertiary">
        A control has the same settings and seed but for one thing. It starts at once, and is pinned beside {run.name}.
        {run.changes.length > 0 && ' Settings that were changed on the way count as they were in the end.'}
        {held && ' The model of the run on this page leaves memory then: save it first if you want its file.'}
      </p>
      <ul>
        {kinds.map((kind) => (
          <li key={kind}>{found[kind] ? <Found {...{ run, kind, control: found[kind] }} /> : <Offer {...{ run, kind }} />}</li>
        ))}
      </ul>
    </section>
  );
}

/** A control that was run already. */
function Found({ run, kind, control }: { readonly run: StoredRun; readonly kind: ControlKind; readonly control: StoredRun }) {
  const compare = () => {
    pinTogether([run.id, control.id]);
    go({ view: 'runs', candidate: null });
  };
  return (
    <>
      <Button onClick={compare}>{offers[kind].compare}</Button>
      <span className="small secondary">
        {control.name}: KL {kl(control.quality.winner?.kl ?? null)} held out, this run {kl(run.quality.winner?.kl ?? null)}
      </span>
    </>
  );
}

function Offer({ run, kind }: { readonly run: StoredRun; readonly kind: ControlKind }) {
  const commands = useCommands();
  const { seconds, why } = useOffer(run, kind);
  const { run: label, what } = offers[kind];
  return (
    <>
      <Button disabled={why !== null} onClick={() => startControl(commands, run, kind)}>
        {label}
      </Button>
      <span className="small secondary">
        {what}
        {seconds !== null && `, ${about(seconds)}`}
        {why !== null && <span className="tertiary"> · {why}</span>}
      </span>
    </>
  );
}

/** What a control costs here, and why it cannot be started now, if so. */
function useOffer(run: StoredRun, kind: ControlKind): { readonly seconds: number | null; readonly why: string | null } {
  const busy = useEngine((engine) => isActive(engine.status));
  const probe = useEngine((engine) => engine.probe);
  const known = useModels((models) => knownModel(models, run.config.model)?.spec ?? null);
  return useMemo(() => {
    const of = controlled(run);
    const config = controlConfig(of, kind);
    const spec = run.model?.spec ?? known;
    if (!config) return { seconds: null, why: 'this run is that control' };
    const timed = !run.imported && run.device !== null && run.device === probe?.device.label ? { config: settingsAtEnd(of), phaseSeconds: run.phaseSeconds } : null;
    const seconds = spec && ((timed && secondsLike(timed, config, spec)) ?? secondsAt(probe?.flopsPerSecond ?? null, config, spec));
    const models = modelStore.getState();
    if (busy) return { seconds, why: 'a run is under way' };
    // Nothing is fetched only because a run is listed: whoever wants it asks for its settings.
    if (lookOf(models, config.model) === null) return { seconds, why: `choose “Use its settings again” first: ${modelName(config.model)} was not looked into yet` };
    return { seconds, why: whyNotStart(config, models, probe?.limits ?? null) };
  }, [run, kind, busy, probe, known]);
}
