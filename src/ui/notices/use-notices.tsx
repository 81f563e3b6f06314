import { modelName } from '../../sources/model-ref.ts';
import { takeNewVersion, useNewVersion } from '../../store/new-version.ts';
import { useModels } from '../../store/model-store.ts';
import { isOver, useEngine } from '../../store/run-store.ts';
import { useOtherRun } from '../../store/playback-store.ts';
import { usePlace } from '../../store/view-store.ts';
import { useRun } from '../../store/use-run.ts';
import { editDraft, useSettings } from '../../store/settings-store.ts';
import type { RunState } from '../../store/run-state.ts';
import { about, bytesOf, percent, tokens } from '../format/format.ts';
import { timesWords } from '../module-axis/words.ts';
import { Button } from '../parts/button.tsx';
import { InfoPopover } from '../parts/info-popover.tsx';
import { useCost } from '../settings/use-cost.ts';
import { useCommands } from '../shell/engine-context.ts';
import { isActive } from '../shell/run-activity.ts';
import { useHidden } from '../shell/use-hidden.ts';
import { MakeRoom } from '../storage/make-room.tsx';
import { useStorageNotices } from '../storage/use-storage-notices.tsx';
import type { NoticeContent } from './notice.tsx';

/** Everything worth a bar, newest first. */
export function useNotices(): readonly NoticeContent[] {
  const device = useDeviceNotice();
  const ignored = useSettings((settings) => settings.ignored);
  const warnings = useRun((run) => run.warnings);
  const failures = useRun(countFailures);
  const began = useRun((run) => run.startedAt);
  const inverted = useRun(invertedModule);
  const more = useMoreCalibration();
  const wasHidden = useHidden();
  const stopped = useStoppedDownload();
  const version = useVersionNotice();
  const silent = useSilentNotice();
  const stored = useStorageNotices();
  const notices: (NoticeContent | null)[] = [
    silent,
    wasHidden
      ? { id: 'hidden', state: 'note', title: 'The browser slows hidden tabs.', text: 'Keep this one visible, or expect the run to take longer than the estimate says.' }
      : null,
    failures > 0
      ? { id: `failures-${began}`, state: 'warn', title: `Candidates failed ${timesWords(failures)}.`, text: 'A loss or fitness was not a number, or fine-tuning diverged. They rank last and the run goes on; a lower learning rate usually helps.' }
      : null,
    stopped,
    // Want of room is told as long as it lasts, below.
    ...warnings.filter(({ action }) => action !== 'make-room').map((warning, index): NoticeContent => ({ id: `warning-${index}`, state: 'warn', title: warning.what, text: `${warning.means} ${warning.remedy}` })).reverse(),
    inverted === null
      ? null
      : { id: 'inverse', state: 'warn', title: `${inverted} could not be inverted.`, text: 'Calibration saw too little text for this module. A pseudo-inverse was used there.', actions: more },
    device,
    ...stored,
    version,
    ignored.length > 0
      ? { id: 'ignored', state: 'note', title: 'Part of the address was ignored:', text: `${ignored.join(', ')}. The other settings are in the form.` }
      : null,
  ];
  return notices.filter((notice) => notice !== null);
}

const countFailures = (run: RunState): number => run.log.reduce((sum, { event: { type } }) => sum + (type === 'candidate-failed' || type === 'not-a-number' ? 1 : 0), 0);

function invertedModule(run: RunState): string | null {
  for (const { event } of run.log) {
    if (event.type === 'module-pruned' && event.fallbacks > 0) return `The ${event.summary.kind === 'attention' ? 'attention' : 'MLP'} matrix of layer ${event.summary.layer + 1}`;
  }
  return null;
}

/** Offers more calibration text for the next run. */
function useMoreCalibration() {
  const used = useRun((run) => run.config?.calibrationTokens ?? 0);
  const planned = useSettings((settings) => settings.draft.calibrationTokens);
  if (planned > used) return undefined;
  return <Button onClick={() => editDraft((draft) => ({ ...draft, calibrationTokens: used * 2 }))}>Use {tokens(used * 2)} tokens next time</Button>;
}

function noGpu(seconds: number | null): Pick<NoticeContent, 'title' | 'text'> {
  const time = seconds === null ? '' : ` This run takes ${about(seconds)}.`;
  if (!('gpu' in navigator)) {
    return {
      title: 'This browser has no WebGPU.',
      text: `The search runs on the CPU instead: fine for the demo model, slow for larger ones.${time} Chrome and Edge have WebGPU on Windows, macOS, ChromeOS, Android and Linux.`,
    };
  }
  return { title: 'Running on the CPU.', text: `No GPU adapter was found, so the app uses WebAssembly.${time} Larger models take longer: each says how long.` };
}

/** Which browsers have it, and behind which switch. */
const webgpuStatus = 'https://github.com/gpuweb/gpuweb/wiki/Implementation-Status';

/** The way to WebGPU where the browser lacks it; else what the browser said when it was asked for a GPU. */
function GpuHelp({ reason }: { readonly reason: string }) {
  if (!('gpu' in navigator)) {
    return (
      <a className="small" href={webgpuStatus} target="_blank" rel="noreferrer">
        How to turn it on
      </a>
    );
  }
  const trigger = (
    <button type="button" className="link-button">
      Why?
    </button>
  );
  return (
    <InfoPopover trigger={trigger} title="Why not the GPU">
      <p>{reason}</p>
    </InfoPopover>
  );
}

/** Another version of the site is used when the reader wants it, and never while a run would be lost. */
function useVersionNotice(): NoticeContent | null {
  const active = useEngine((engine) => isActive(engine.status));
  const over = useEngine((engine) => isOver(engine.status));
  const version = useNewVersion();
  if (version === 'none' || active) return null;
  return {
    id: 'version',
    state: 'note',
    title: 'A new version is ready.',
    text: version === 'others' ? 'Close the other tabs of this page first.' : over ? 'The finished run stays in Runs; save its model before you reload.' : '',
    actions: <Button onClick={takeNewVersion}>Reload</Button>,
  };
}

/** An engine that does not answer: the reader knows better whether to wait. */
function useSilentNotice(): NoticeContent | null {
  const commands = useCommands();
  const since = useEngine((engine) => engine.silentSince);
  const active = useEngine((engine) => isActive(engine.status));
  if (since === null) return null;
  return {
    id: `silent-${since}`,
    state: 'warn',
    title: 'The engine has not answered for a minute.',
    text: `It may be in one long computation, or in one that never ends. Wait, or start it anew: ${active ? 'the run then goes on from where it was saved' : 'what it was asked for ends with it'}.`,
    actions: <Button onClick={() => commands.startAnew()}>Start the engine anew</Button>,
  };
}

/** A download that ended by itself; one that the reader ended needs no bar. */
function useStoppedDownload(): NoticeContent | null {
  const commands = useCommands();
  const downloads = useModels((models) => models.downloads);
  for (const [model, download] of downloads) {
    if (download.status !== 'stopped' || download.explanation === null) continue;
    const { done, total, explanation } = download;
    return {
      id: `download-${model}-${done}`,
      state: 'warn',
      title: `Download of ${modelName(model)} stopped at ${percent(total > 0 ? done / total : 0, 0)}.`,
      text: `${bytesOf(done, total)} are saved. ${explanation.what} ${explanation.remedy}`,
      actions: (
        <>
          <MakeRoom explanation={explanation} />
          <Button onClick={() => commands.models.download(model)}>Resume</Button>
          <Button onClick={() => commands.models.deleteStored(model)}>Discard</Button>
        </>
      ),
    };
  }
  return null;
}

/** Said where a run can be started, before the first; later the chip in the header says it. */
function useDeviceNotice(): NoticeContent | null {
  const commands = useCommands();
  const idle = useEngine((engine) => engine.status === 'idle');
  const probe = useEngine((engine) => engine.probe);
  const failure = useEngine((engine) => engine.probeFailure);
  const backend = useSettings((settings) => settings.draft.backend);
  const { seconds } = useCost();
  const search = usePlace((place) => place.view === 'search');
  const recording = useOtherRun() !== null;
  if (!idle || !search || recording) return null;
  const again = <Button onClick={() => commands.probe(backend)}>{failure ? 'Try again' : 'gpu' in navigator ? 'Try the GPU again' : 'Check again'}</Button>;
  if (failure) return { id: 'probe', state: 'err', title: failure.what, text: `${failure.means} ${failure.remedy}`, actions: again };
  if (probe?.device.backend !== 'wasm' || backend === 'wasm') return null;
  return { id: 'cpu', state: 'warn', ...noGpu(seconds), actions: <>{again}<GpuHelp reason={probe.device.reason} /></> };
}
