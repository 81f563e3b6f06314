import { useMemo } from 'react';
import type { RunState } from '../../store/run-state.ts';
import { useIsLive, useRun } from '../../store/use-run.ts';
import { leadOf } from './lead.ts';
import { PaceSection } from './pace-section.tsx';
import { PhaseSection } from './phase-section.tsx';
import { phaseRows, timedPhases } from './phase-rows.ts';
import { programRows } from './program-rows.ts';
import { ProgramSection } from './program-section.tsx';
import './profile-page.css';
import { DevicePanel, ForecastPanel, MemoryPanel, TrafficPanel } from './side-panels.tsx';

/** Where the time of the run that is shown went, and how near the device's limit that was. */
export function ProfilePage() {
  const begun = useRun((run) => run.config !== null);
  const profile = useRun((run) => run.profile);
  return (
    <>
      <main id="main" className="centre centre-scrolls" tabIndex={-1}>
        {!begun ? <Nothing /> : profile ? <Told profile={profile} /> : <Untold />}
      </main>
      {begun && (
        <div className="side">
          <ForecastPanel />
          {profile && <TrafficPanel profile={profile} />}
          <MemoryPanel />
          {profile && <DevicePanel peak={profile.now.peakFlops} />}
        </div>
      )}
    </>
  );
}

function Told({ profile }: { readonly profile: NonNullable<RunState['profile']> }) {
  const over = useRun((run) => run.result !== null || run.failure !== null);
  const here = useIsLive();
  const { now, outside } = profile;
  const seconds = useRun(({ at }) => Math.round(at));
  const rows = useMemo(() => phaseRows(now.phases, now.peakFlops, outside), [now, outside]);
  const programs = useMemo(() => programRows(now), [now]);
  return (
    <>
      <Lead text={leadOf({ rows, over, here, seconds })} />
      <PhaseSection rows={rows} peak={now.peakFlops} />
      <PaceSection profile={profile} />
      <ProgramSection programs={programs} />
    </>
  );
}

/** A run that has a profile yet to come, or was recorded before there were any: then its phases' times are all there is. */
function Untold() {
  const phases = useRun((run) => run.phases);
  const seconds = useRun(({ at }) => Math.round(at));
  const over = useRun((run) => run.result !== null || run.failure !== null);
  const here = useIsLive();
  const rows = useMemo(() => phaseRows(timedPhases(phases), null), [phases]);
  const older = over || rows.some(({ phase }) => phase !== 'load');
  if (!older) return <Lead text="Nothing is measured yet." more="The first figures come when the model is loaded." />;
  return (
    <>
      <Lead
        text={rows.length > 0 ? leadOf({ rows, over, here, seconds }) : 'This run has no profile.'}
        more="This run was recorded by a version that kept no profile: of its phases the time is known, and nothing else."
      />
      {rows.length > 0 && <PhaseSection rows={rows} peak={null} />}
    </>
  );
}

const Nothing = () => (
  <Lead text="No run yet." more="While a run computes, this page shows where its time goes: by phase, by session and kernel, how near the device’s limit, what is moved and what is alive in memory. It is kept with the run." />
);

function Lead({ text, more }: { readonly text: string; readonly more?: string }) {
  return (
    <section className="profile-lead" aria-labelledby="profile-title">
      <h2 id="profile-title" className="profile-sentence">
        {text}
      </h2>
      {more !== undefined && <p className="profile-more secondary">{more}</p>}
    </section>
  );
}
