import { failureWords } from '../../search/failure.ts';
import type { ToldEvent } from '../../store/run-state.ts';
import { bytes, change, count, duration, kl, latency, parameters, percent, perplexity, tiny, tokens, tokensPerSecond } from '../format/format.ts';
import { droppedAfter } from '../format/dropped-words.ts';
import { listed } from '../format/listed.ts';
import { formatName } from '../results/format-choice.ts';
import { phaseNames } from '../run-bar/phase-names.ts';
import { changesMeasure, describeChanges, sentenceOf } from '../settings/describe-changes.ts';

/** `47.02` inside generation 47 is `02`. */
const short = (id: string): string => id.split('.').at(-1) ?? id;

const listOf = (ids: readonly string[]): string => listed(ids.map(short));

const which = { dense: 'The dense model', uniform: 'The uniform model', searched: 'The pruned model before post-training', winner: 'The pruned model' } as const;

type Of<Type extends ToldEvent['type']> = Extract<ToldEvent, { type: Type }>;

function tellChange({ before, after, generation }: Of<'settings-changed'>): string {
  const changes = describeChanges(before, after).map(sentenceOf).join(', ');
  const measure = before.stages && after.stages && changesMeasure(before.stages, after.stages) ? '; measure changed' : '';
  return `You set ${changes || 'nothing new'}, from generation ${count(generation)}${measure}`;
}

function tellStage({ stage, survivors, tied = [] }: Of<'stage-finished'>): string {
  const outcome = survivors.length === 1 ? `${listOf(survivors)} is the best` : `${listOf(survivors)} go on`;
  return `Stage ${stage + 1} closed: ${outcome}${tied.length > 0 ? `; ${listOf(tied)} had the same fitness as ${survivors.length === 1 ? 'it' : 'one of them'}, and came later` : ''}`;
}

function tellGeneration({ parent, fitness, previousParentFitness, replaced }: Of<'generation-finished'>): string {
  if (!replaced) return `${parent.id} stays the parent at ${kl(fitness)}`;
  const step = fitness === null || previousParentFitness === null ? '' : `, ${change(fitness - previousParentFitness)}`;
  return `${parent.id} replaced the parent, ${kl(previousParentFitness)} → ${kl(fitness)}${step}`;
}

function tellModule({ summary, fallbacks, dampingRaised }: Of<'module-pruned'>): string {
  const name = `${summary.kind === 'attention' ? 'attention' : 'MLP'} matrix of layer ${summary.layer + 1}`;
  const raised = dampingRaised === undefined ? [] : [`could be inverted with a damping of ${dampingRaised} only`];
  const inverted = fallbacks === 0 ? [] : [`could not be inverted in ${count(fallbacks)} of its cuts; a pseudo-inverse was used`];
  return `The ${name} ${[...raised, ...inverted].join(', and ')}`;
}

function tellLatency({ table, dense, most }: Of<'latency-measured'>): string {
  const what = table.measure === 'decode' ? `a token after ${tokens(table.tokens)}` : `a prompt of ${tokens(table.tokens)} tokens`;
  return `${count(table.entries.length)} shapes of modules timed on this device, ${count(table.rounds)} times each: ${what} takes the dense model about ${latency(dense)}, and may take ${latency(most)}`;
}

function tellSearch({ strategy, unit, uniform, tolerance }: Of<'search-started'>): string {
  const what = { evolution: 'Evolution', random: 'Random search', uniform: 'The uniform control' }[strategy];
  return `${what} begins at ${parameters(uniform.size)} prunable parameters, within ${percent(tolerance)} of the dense ${unit === 'nanoseconds' ? 'time' : 'size'}`;
}

const tellPost = ({ tokens: trained, kl: value, perplexity: confusion, best }: Of<'post-training-measured'>): string =>
  `${trained === 0 ? 'Before post-training' : `After ${tokens(trained)} trained tokens`}: KL ${kl(value)}, perplexity ${perplexity(confusion)}${best ? ', the best so far' : ''}`;

function tellSpeed({ which: model, speed }: Of<'speed-measured'>): string {
  const { prefillTokens, prefillTokensPerSecond, decodeTokens, decodeTokensPerSecond, runs } = speed;
  const how = `medians of ${count(runs)} runs of ${tokens(prefillTokens)} and ${tokens(decodeTokens)} tokens`;
  return `${which[model]} reads ${tokensPerSecond(prefillTokensPerSecond)} and writes ${tokensPerSecond(decodeTokensPerSecond)} on this device, ${how}`;
}

function tellExport({ format, files, check }: Of<'exported'>): string {
  const size = bytes(files.reduce((sum, file) => sum + file.size, 0));
  const names = files.length === 1 ? (files[0]?.path ?? '') : `${count(files.length)} files`;
  const outcome = check ? `reopened, its logits differ by ${tiny(check.maxAbsoluteError)} at most` : 'not checked in this tab';
  return `${formatName(format)} written as ${names}, ${size}; ${outcome}`;
}

const resumptions: Readonly<Record<Of<'run-resumed'>['why'], string>> = {
  returned: 'Resumed from where it was saved',
  'device-lost': 'The graphics device was lost and opened again; the run goes on from where it was saved',
  'engine-broke': 'The engine broke down and was started again; the run goes on from where it was saved',
};

const tellResumed = ({ why, smaller = false, note }: Of<'run-resumed'>): string => `${resumptions[why]}${smaller ? ', with smaller pieces of work' : ''}${note === undefined ? '' : `. ${note}`}`;

type Searching = Of<'search-started' | 'stage-finished' | 'generation-finished' | 'settings-changed' | 'parent-chosen' | 'candidate-dropped' | 'candidate-failed' | 'not-a-number' | 'search-finished'>;

function tellSearching(event: Searching): string {
  switch (event.type) {
    case 'search-started':
      return tellSearch(event);
    case 'stage-finished':
      return tellStage(event);
    case 'generation-finished':
      return tellGeneration(event);
    case 'settings-changed':
      return tellChange(event);
    case 'parent-chosen':
      return `You made ${event.parent.id} the parent in place of ${event.before.id}, from generation ${event.generation}`;
    case 'candidate-dropped':
      return `${event.id} dropped in stage ${event.stage + 1} ${droppedAfter(event)}: it could not survive any more`;
    case 'candidate-failed':
      return `${event.id} failed in stage ${event.stage + 1}: ${failureWords[event.reason]}`;
    case 'not-a-number':
      return `${event.id} gave not a number in stage ${event.stage + 1} and counts as the worst`;
    case 'search-finished':
      return `Search ${event.stopped ? 'stopped' : 'finished'}: ${event.winner.id} wins${event.fitness === null ? '' : ` with ${kl(event.fitness)}`}`;
  }
}

/** A log line in plain words. */
export function tell(event: ToldEvent): string {
  switch (event.type) {
    case 'run-started':
      return `Run begins with seed ${event.config.seed}`;
    case 'run-resumed':
      return tellResumed(event);
    case 'device-lost':
      return event.reason;
    case 'slept':
      return `The computer or the tab slept for ${duration(event.seconds)}, which do not count`;
    case 'device':
      return `${event.device.label}. ${event.device.reason}`;
    case 'model-loaded':
      return `${event.model.about.name} loaded: ${parameters(event.model.parameters)} parameters in ${count(event.model.layers)} layers`;
    case 'corpus-ready':
      return `Texts cut into ${count(event.sets.length)} sets that share nothing, in sequences of ${count(event.length)} tokens`;
    case 'phase-finished':
      return `${phaseNames[event.phase]} finished in ${duration(event.seconds)}`;
    case 'module-pruned':
      return tellModule(event);
    case 'database-ready':
      return `Level database ready: ${count(event.modules.length)} modules, ${bytes(event.bytes)}`;
    case 'latency-measured':
      return tellLatency(event);
    case 'post-training-measured':
      return tellPost(event);
    case 'evaluated':
      return `${which[event.which]} on ${tokens(event.tokens)} held-out tokens: perplexity ${perplexity(event.quality.perplexity)}, KL ${kl(event.quality.kl)}`;
    case 'speed-measured':
      return tellSpeed(event);
    case 'exported':
      return tellExport(event);
    case 'export-failed':
    case 'warning':
    case 'run-failed':
      return `${event.explanation.what} ${event.explanation.means}`;
    case 'run-finished':
      return event.result.stopped ? 'Run stopped and evaluated' : 'Run finished';
    default:
      return tellSearching(event);
  }
}
