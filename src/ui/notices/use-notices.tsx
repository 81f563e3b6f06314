import { modelName } from '../../sources/model-ref.ts';
import { useModels } from '../../store/model-store.ts';
import { useEngine, type Probe } from '../../store/run-store.ts';
import { useRun } from '../../store/use-run.ts';
import { editDraft, useSettings } from '../../store/settings-store.ts';
import type { RunState } from '../../store/run-state.ts';
import { about, bytesOf, percent, tokens } from '../format/format.ts';
import { Button } from '../parts/button.tsx';
import { useCost } from '../settings/use-cost.ts';
import { useCommands } from '../shell/engine-context.ts';
import { useHidden } from '../shell/use-hidden.ts';
import type { NoticeContent } from './notice.tsx';

/** Everything worth a bar, newest first. */
export function useNotices(): readonly NoticeContent[] {
  const device = useDeviceNotice();
  const ignored = useSettings((settings) => settings.ignored);
  const warnings = useRun((run) => run.warnings);
  const notNumbers = useRun(countNotNumbers);
  const inverted = useRun(invertedModule);
  const more = useMoreCalibration();
  const wasHidden = useHidden();
  const stopped = useStoppedDownload();
  const notices: (NoticeContent | null)[] = [
    wasHidden
      ? { id: 'hidden', state: 'note', title: 'The browser slows hidden tabs.', text: 'Keep this one visible, or expect the run to take longer than the estimate says.' }
      : null,
    notNumbers > 0
      ? { id: `nan-${notNumbers}`, state: 'err', title: 'A fitness was not a number.', text: `It happened ${notNumbers === 1 ? 'once' : `${notNumbers} times`}. Those candidates count as the worst; a lower learning rate usually helps.` }
      : null,
    stopped,
    ...warnings.map((warning, index): NoticeContent => ({ id: `warning-${index}`, state: 'warn', title: warning.what, text: `${warning.means} ${warning.remedy}` })).reverse(),
    inverted === null
      ? null
      : { id: 'inverse', state: 'warn', title: `${inverted} could not be inverted.`, text: 'Calibration saw too little text for this module. A pseudo-inverse was used there.', actions: more },
    device,
    ignored.length > 0
      ? { id: 'ignored', state: 'note', title: 'Part of the address was ignored:', text: `${ignored.join(', ')}. The other settings are in the form.` }
      : null,
  ];
  return notices.filter((notice) => notice !== null);
}

const countNotNumbers = (run: RunState): number => run.log.reduce((sum, line) => sum + (line.event.type === 'not-a-number' ? 1 : 0), 0);

function invertedModule(run: RunState): string | null {
  for (const { event } of run.log) {
    if (event.type === 'module-pruned') return `The ${event.summary.kind === 'attention' ? 'attention' : 'MLP'} matrix of layer ${event.summary.layer + 1}`;
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

function noGpu(probe: Probe, seconds: number | null): Pick<NoticeContent, 'title' | 'text'> {
  const time = seconds === null ? '' : ` This run takes ${about(seconds)}.`;
  if (!('gpu' in navigator)) {
    return {
      title: 'This browser has no WebGPU.',
      text: `The search runs on the CPU instead: fine for the demo model, slow for larger ones.${time} Chrome and Edge have WebGPU on Windows, macOS, ChromeOS, Android and Linux.`,
    };
  }
  return { title: 'Running on the CPU.', text: `${probe.device.reason}${time}` };
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
      actions: <Button onClick={() => commands.models.download(model)}>Resume</Button>,
    };
  }
  return null;
}

/** Said before the first run only; later the chip in the header says it. */
function useDeviceNotice(): NoticeContent | null {
  const commands = useCommands();
  const idle = useEngine((engine) => engine.status === 'idle');
  const probe = useEngine((engine) => engine.probe);
  const failure = useEngine((engine) => engine.probeFailure);
  const backend = useSettings((settings) => settings.draft.backend);
  const { seconds } = useCost();
  if (!idle) return null;
  const again = <Button onClick={() => commands.probe(backend)}>{failure ? 'Try again' : 'Try the GPU again'}</Button>;
  if (failure) return { id: 'probe', state: 'err', title: failure.what, text: `${failure.means} ${failure.remedy}`, actions: again };
  if (probe?.device.backend !== 'wasm' || backend === 'wasm') return null;
  return { id: 'cpu', state: 'warn', ...noGpu(probe, seconds), actions: again };
}
