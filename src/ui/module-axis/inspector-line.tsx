import type { RunConfig } from '../../run/run-config.ts';
import type { Genome } from '../../pruning/level-database.ts';
import { useHover, type Hover } from '../../store/hover-store.ts';
import type { RunState, SearchState } from '../../store/run-state.ts';
import { searchAt } from '../../store/search-in-force.ts';
import { useRun } from '../../store/use-run.ts';
import { droppedAfter } from '../format/dropped-words.ts';
import { failedIn } from '../format/failed-words.ts';
import * as format from '../format/format.ts';
import { describeChanges, sentenceOf } from '../settings/describe-changes.ts';
import type { ModulePaint } from '../levels/module-paint.ts';
import { changeCounts } from './history-lines.ts';
import { measuredFitness, type PopulationView, type ShownCandidate } from './population-view.ts';
import { levelPaint, type Stack } from './stack.ts';
import { fitnessFull, fitnessName, keptWords, moduleName, plural, timesWords, type Fitness } from './words.ts';

interface Props {
  readonly stack: Stack;
  readonly search: SearchState;
  readonly config: RunConfig;
  readonly view: PopulationView;
  readonly fitness: Fitness;
}

/** The genome that the pointer rests on: a candidate's, a generation's parent's, else the parent's. */
function pointedGenome(hover: Hover, search: SearchState, view: PopulationView): { readonly owner: string | null; readonly genome: Genome } {
  const candidate = view.candidates.find(({ id }) => id === hover.candidate);
  if (candidate) return { owner: candidate.id, genome: candidate.genome };
  const record = hover.generation === null ? undefined : search.history[hover.generation - 1];
  return record ? { owner: `generation ${record.generation}`, genome: record.parent.genome } : { owner: null, genome: view.parent.genome };
}

function moduleWords(paint: ModulePaint, module: number, props: Props, hover: Hover, granularity: RunState['database']['granularity']): string[] {
  const { stack, search, view } = props;
  const { owner, genome } = pointedGenome(hover, search, view);
  const level = levelPaint(stack.paints, module, genome[module]);
  const times = changeCounts(search.history, search.uniform.genome)[module] ?? 0;
  const before = levelPaint(stack.paints, module, view.baseline.genome[module]);
  return [
    ...(owner === null ? [] : [`in ${owner}`]),
    level.removed ? 'removed' : `level ${level.nominal} of ${stack.nominalLevels}`,
    keptWords(paint, level.kept, granularity),
    `${format.parameters(level.parameters)} parameters`,
    owner !== null && before !== level && hover.generation === null
      ? `parent keeps ${format.count(before.kept)}`
      : times === 0
        ? 'never changed'
        : `changed ${timesWords(times)}`,
  ];
}

function generationWords(generation: number, { search, config, fitness }: Props): string[] {
  const record = search.history[generation - 1];
  if (!record) return [];
  const changes = search.changes.filter((change) => change.generation === generation).flatMap(({ before, after }) => describeChanges(before, after));
  const chosen = search.chosen.filter((each) => each.generation === generation).map(({ parent }) => `you made ${parent.id} the parent`);
  const settings = searchAt({ config, search }, generation);
  return [
    `parent ${record.parent.id}`,
    `${fitnessName(fitness)} ${fitnessFull(fitness, record.fitness)}`,
    record.replaced ? 'new parent' : 'parent kept',
    ...chosen,
    ...changes.map(sentenceOf),
    ...(settings ? [`${format.count(settings.offspring)} offspring`, `max flips ${format.count(settings.maxFlips)}`, `learning rate ${format.learningRate(settings.learningRate)}`] : []),
  ];
}

function candidateWords(candidate: ShownCandidate, { stack, fitness }: Props): string[] {
  const { value } = measuredFitness(candidate);
  const failed = failedIn(candidate.failed, candidate.stage);
  const size = candidate.genome.reduce((sum, level, module) => sum + levelPaint(stack.paints, module, level).parameters, 0);
  return [
    `stage ${format.count(candidate.stage + 1)}${candidate.status === 'eliminated' && !candidate.dropped ? ', out' : ''}`,
    ...(candidate.dropped ? [`dropped ${droppedAfter(candidate.dropped)}: it could not survive any more`] : []),
    ...(failed ? [failed] : value === null ? [] : [`${fitnessName(fitness)} ${fitnessFull(fitness, value)}`]),
    `${plural(candidate.changed.length, 'module')} changed`,
    `${format.parameters(size)} prunable parameters`,
  ];
}

function parentWords({ stack, search, view }: Props): string[] {
  const dense = stack.paints.reduce((sum, { levels }) => sum + (levels[0]?.parameters ?? 0), 0);
  const timed = search.unit === 'nanoseconds';
  return [
    `${format.parameters(view.parent.size)} of ${format.parameters(dense)} prunable parameters`,
    `${format.percent(view.parent.size / dense)} kept`,
    ...(timed ? [`its modules take about ${format.latency(view.parent.cost)}`] : []),
    `limit ${timed ? format.latency(search.most) : format.parameters(search.most)}`,
  ];
}

/** What the pointer or the keyboard rests on, in numbers: one line that never covers data. */
export function InspectorLine(props: Props) {
  const hover = useHover((all) => all);
  const granularity = useRun((run) => run.database.granularity);
  const { stack, view } = props;
  const paint = hover.module === null ? undefined : stack.paints[hover.module];
  const candidate = view.candidates.find(({ id }) => id === hover.candidate);
  let [title, words]: [string, string[]] = [`Parent ${view.parent.id}`, parentWords(props)];
  if (paint && hover.module !== null) [title, words] = [moduleName(paint), moduleWords(paint, hover.module, props, hover, granularity)];
  else if (candidate) [title, words] = [candidate.id, candidateWords(candidate, props)];
  else if (hover.generation !== null) [title, words] = [`Generation ${hover.generation}`, generationWords(hover.generation, props)];
  return (
    <p className="inspector-line">
      <b>{title}</b>
      {words.map((word) => (
        <span key={word}>{word}</span>
      ))}
    </p>
  );
}
