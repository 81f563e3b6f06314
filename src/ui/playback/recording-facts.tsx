import { memo } from 'react';
import type { Stage } from '../../run/run-config.ts';
import { timelineOf } from '../../store/playback-timeline.ts';
import type { Recording } from '../../store/playback.ts';
import type { RunState } from '../../store/run-state.ts';
import * as format from '../format/format.ts';
import { Facts, type Fact } from '../parts/facts.tsx';
import { InfoPopover } from '../parts/info-popover.tsx';
import { targetWords } from '../format/target-words.ts';
import { recordedDay } from './recording-words.ts';

const stageWords = ({ survivors, fitnessTokens, trainingTokens }: Stage): string =>
  `${trainingTokens > 0 ? `train ${format.tokens(trainingTokens)}, ` : ''}measure ${format.tokens(fitnessTokens)} tokens, keep ${format.count(survivors)}`;

function factsOf(recording: Recording, run: RunState): Fact[] {
  const { config, startedAt, device } = run;
  const seconds = recording.events.at(-1)?.at ?? null;
  const where: Fact[] = [
    ['Recorded on', recordedDay(startedAt)],
    ['Device', recording.device ?? device?.label ?? format.missing],
    ['Took', format.duration(seconds)],
  ];
  if (!config) return where;
  const { search, postTraining } = config;
  return [
    ...where,
    ['Model', run.model?.about.name ?? config.model],
    ['Target', targetWords(config.target)],
    ['Seed', String(config.seed)],
    ['Offspring', `${format.count(search.offspring)}, at most ${format.count(search.maxFlips)} flips each`],
    ...search.stages.map((stage, index): Fact => [`Stage ${index + 1}`, stageWords(stage)]),
    ['Learning rate', format.learningRate(search.learningRate)],
    ['Calibration', `${format.tokens(config.calibrationTokens)} tokens`],
    ['Post-training', postTraining.tokens > 0 ? `${format.tokens(postTraining.tokens)} tokens` : 'none'],
  ];
}

/** "recorded on 26 November 2026, WebAssembly, 2 threads": date and device, with the settings behind them. */
export const RecordingFacts = memo(function RecordingFacts({ recording }: { readonly recording: Recording }) {
  const run = timelineOf(recording.events).whole;
  return (
    <InfoPopover
      title={recording.title}
      trigger={
        <button type="button" className="link-button recording-facts">
          recorded on {recordedDay(run.startedAt)} with {recording.device ?? run.device?.label ?? 'an unknown device'}
        </button>
      }
    >
      <Facts facts={factsOf(recording, run)} />
    </InfoPopover>
  );
});
