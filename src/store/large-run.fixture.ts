import { randomFor, type Random } from '../base/random.ts';
import { llamaTraits } from '../model/llama-traits.ts';
import type { ModuleSummary, Offspring, Parent, RunEvent, RunEventBody } from '../run/run-events.ts';
import { parseRunConfig } from '../run/parse-config.ts';
import type { RunResult } from '../run/run-result.ts';

/** A search as large as the page has to bear, told as the engine would: drawn from a seed, and nothing was computed. */
export interface LargeRun {
  readonly generations: number;
  readonly layers?: number;
  readonly offspring?: number;
  readonly seed?: number;
  /** `random`: comes less far. */
  readonly strategy?: 'evolution' | 'random';
}

const steps = 10;
const structures = 20;
const parametersOf = (module: number): number => (module % 2 === 0 ? 2000 : 6000);

const summary = (module: number): ModuleSummary => ({
  layer: module >> 1,
  kind: module % 2 === 0 ? 'attention' : 'mlp',
  structures,
  levels: Array.from({ length: steps + 1 }, (_, level) => ({
    kept: structures - 2 * level,
    parameters: (structures - 2 * level) * parametersOf(module),
    loss: level ** 2,
  })),
});

const sizeOf = (genome: readonly number[]): number => genome.reduce((sum, level, module) => sum + (structures - 2 * level) * parametersOf(module), 0);

/** One to three flips between modules of a kind, so that the size stays. */
function mutate(parent: Parent, id: string, random: Random): Offspring {
  const genome = [...parent.genome];
  for (let flip = random.below(3); flip >= 0; flip--) {
    const from = random.below(genome.length);
    const to = (from + 2 * (1 + random.below(genome.length / 2 - 1))) % genome.length;
    const [less, more] = [genome[from] ?? 0, genome[to] ?? 0];
    if (less > 0 && more < steps) [genome[from], genome[to]] = [less - 1, more + 1];
  }
  const changed = genome.flatMap((level, module) => (level === parent.genome[module] ? [] : [module]));
  return { id, genome, size: sizeOf(genome), changed };
}

interface Progress {
  parent: Parent;
  fitness: number;
  /** What it never comes below. */
  readonly floor: number;
}

type Stages = ReturnType<typeof parseRunConfig>['search']['stages'];

/** A generation: every offspring is measured, the better go on, each trains before every stage but the first; the best replaces a worse parent. */
function* generation(number: number, { generations, offspring, stages, progress, random }: { readonly generations: number; readonly offspring: number; readonly stages: Stages; readonly progress: Progress; readonly random: Random }): Generator<RunEventBody> {
  const { parent } = progress;
  const children = Array.from({ length: offspring }, (_, index) => mutate(parent, `${number}.${String(index + 1).padStart(2, '0')}`, random));
  yield { type: 'generation-started', generation: number, generations, parent, offspring: children, stages };
  // Better and better with time, worse with every stage of fewer tokens.
  const draw = (stage: number): number => progress.fitness * (0.985 + 0.05 * random.unit() + 0.02 * (stages.length - 1 - stage));
  let racing = children;
  let best: readonly [Offspring, number] | null = null;
  for (const [stage, { survivors, trainingTokens }] of stages.entries()) {
    const values = new Map<string, number>();
    for (const child of racing) {
      if (trainingTokens > 0) yield { type: 'candidate-training', generation: number, stage, id: child.id, done: trainingTokens, total: trainingTokens, loss: 2 + draw(stage) };
      values.set(child.id, draw(stage));
      yield { type: 'candidate-measured', generation: number, stage, id: child.id, fitness: values.get(child.id) ?? 0 };
    }
    const ranked = racing.toSorted((a, b) => (values.get(a.id) ?? 0) - (values.get(b.id) ?? 0));
    racing = ranked.slice(0, survivors);
    if (stage === stages.length - 1) yield { type: 'candidate-measured', generation: number, stage, id: parent.id, fitness: progress.fitness };
    yield { type: 'stage-finished', generation: number, stage, survivors: racing.map(({ id }) => id), eliminated: ranked.slice(survivors).map(({ id }) => id) };
    const [first] = racing;
    best = first ? [first, values.get(first.id) ?? 0] : best;
  }
  const previousParentFitness = progress.fitness;
  const replaced = best !== null && best[1] < progress.fitness;
  if (best && replaced) {
    const [{ id, genome, size }, fitness] = best;
    progress.parent = { id, genome, size };
    // Ever smaller steps, also of 2,000 generations.
    progress.fitness = Math.max(progress.floor + (2 - progress.floor) / (1 + number / 40), fitness);
  }
  yield { type: 'generation-finished', generation: number, parent: progress.parent, fitness: progress.fitness, previousParentFitness, replaced, forwardTokens: number * 32768, trainedTokens: number * 8192 };
}

/** Events of a run over that many generations (32 layers and 32 offspring unless said otherwise; offspring by eights), of which a search is most. */
export function* largeRun({ generations, layers = 32, offspring = 32, seed = 1, strategy = 'evolution' }: LargeRun): Generator<RunEvent> {
  const modules = Array.from({ length: 2 * layers }, (_, module) => summary(module));
  const genome = modules.map(() => steps / 2);
  const uniform: Parent = { id: '0.00', genome, size: sizeOf(genome) };
  const stages = [
    { survivors: offspring / 2, fitnessTokens: 512, trainingTokens: 0 },
    { survivors: offspring / 4, fitnessTokens: 1024, trainingTokens: 512 },
    { survivors: 1, fitnessTokens: 2048, trainingTokens: 1024 },
  ];
  const config = parseRunConfig({ version: 1, seed, search: { strategy, generations, offspring, stages } });
  const progress: Progress = { parent: uniform, fitness: 2, floor: strategy === 'random' ? 1 : 0.5 };
  const random = randomFor(seed, 'large-run');
  let at = 0;
  const stamped = (body: RunEventBody): RunEvent => ({ ...body, at: (at += 0.25) });
  const dense = sizeOf(genome.map(() => 0));
  const spec = { ...llamaTraits, vocabulary: 1000, hidden: 64, headDim: 8, maxPositions: 512, layers: Array.from({ length: layers }, () => ({ queryGroups: [structures], channels: structures })) };
  const about = { name: 'large-run', licence: 'CC0-1.0', card: null, revision: null };
  const before: readonly RunEventBody[] = [
    { type: 'run-started', version: 1, config, startedAt: strategy === 'random' ? '2026-01-02T00:00:00.000Z' : '2026-01-01T00:00:00.000Z' },
    { type: 'device', device: { backend: 'wasm', label: 'WebAssembly, 2 threads', reason: 'There is no GPU.', threads: 2 } },
    { type: 'model-loaded', model: { id: 'large-run', family: 'llama', layers, parameters: dense + 64000, prunable: dense, hidden: 64, vocabulary: 1000, spec, about } },
    { type: 'database-ready', granularity: 'kv-group', modules, bytes: 4096 },
    { type: 'phase-started', phase: 'search' },
    { type: 'search-started', dense, least: uniform.size * 0.99, most: uniform.size, tolerance: 0.01, uniform, strategy },
  ];
  for (const body of before) yield stamped(body);
  for (let number = 1; number <= generations; number++) {
    for (const body of generation(number, { generations, offspring, stages, progress, random })) yield stamped(body);
  }
  yield stamped({ type: 'search-finished', winner: progress.parent, fitness: progress.fitness, stopped: false });
  yield stamped({ type: 'phase-finished', phase: 'search', seconds: at });
  const quality = { perplexity: 20, kl: progress.fitness, agreement: 0.5 };
  const result: RunResult = {
    version: 1,
    modules: [],
    parameters: { dense: { total: dense + 64000, prunable: dense }, pruned: { total: uniform.size + 64000, prunable: uniform.size } },
    heldOut: { tokens: 4096, dense: { ...quality, kl: 0 }, uniform: { ...quality, kl: 2 }, winner: quality },
    seconds: { search: at },
    tokens: { forward: generations * 32768, trained: generations * 8192 },
    peakBytes: 4096,
    stopped: false,
  };
  yield stamped({ type: 'run-finished', result });
}
