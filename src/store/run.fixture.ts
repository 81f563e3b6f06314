import { llamaTraits } from '../model/llama-traits.ts';
import type { ModelSpec } from '../model/spec.ts';
import { parseRunConfig } from '../run/parse-config.ts';
import type { ModuleSummary, RunEvent, RunEventBody } from '../run/run-events.ts';

/** A small run as the engine would tell it: two layers, two generations of four offspring in two stages. */

const config = parseRunConfig({
  version: 1,
  search: {
    generations: 2,
    offspring: 4,
    stages: [
      { survivors: 2, fitnessTokens: 64, trainingTokens: 0 },
      { survivors: 1, fitnessTokens: 128, trainingTokens: 32 },
    ],
  },
});

/** After so many generations, each of which took 8 s and 80 MFLOP. */
const profile = (generations: number): RunEventBody => ({
  type: 'profile',
  profile: {
    phases: [
      { phase: 'load', seconds: 1, flop: 0, forwardTokens: 0, trainedTokens: 0 },
      { phase: 'database', seconds: 2, flop: 4e6, forwardTokens: 64, trainedTokens: 0 },
      ...(generations > 0 ? [{ phase: 'search' as const, seconds: 8 * generations, flop: 8e7 * generations, forwardTokens: 640 * generations, trainedTokens: 64 * generations }] : []),
    ],
    programs: [
      { name: 'mlp', runs: 40 + 100 * generations, seconds: 1 + 5 * generations, gpuSeconds: null },
      { name: 'adamw', runs: 20 * generations, seconds: generations, gpuSeconds: null },
    ],
    traffic: { uploads: 10 + 4 * generations, uploadedBytes: 8000 + 500 * generations, readbacks: 2 + 2 * generations, readBytes: 64 + 16 * generations },
    hostSeconds: 2 + 2 * generations,
    peakFlops: 1e8,
    memory: { tensors: 12, bytes: 4096, peakBytes: 8192 },
  },
});

const spec: ModelSpec = {
  ...llamaTraits,
  vocabulary: 16,
  hidden: 8,
  headDim: 2,
  maxPositions: 64,
  layers: [0, 1].map(() => ({ queryGroups: [1, 1, 1, 1], channels: 4 })),
};

const summary = (module: number): ModuleSummary => ({
  layer: module >> 1,
  kind: module % 2 === 0 ? 'attention' : 'mlp',
  structures: 4,
  levels: [4, 2, 0].map((kept) => ({ kept, parameters: kept * 100, loss: 4 - kept })),
});

const uniform = { id: '0.00', genome: [1, 1, 1, 1], size: 800 };
const winner = { id: '1.02', genome: [0, 2, 1, 1], size: 800 };

const before: readonly RunEventBody[] = [
  { type: 'run-started', version: 1, config, startedAt: '2026-01-01T00:00:00.000Z' },
  { type: 'device', device: { backend: 'wasm', label: 'WebAssembly, 2 threads', reason: 'There is no GPU.', threads: 2 } },
  { type: 'phase-started', phase: 'load' },
  { type: 'phase-progress', phase: 'load', done: 5, total: 10, unit: 'bytes', note: 'model.safetensors' },
  { type: 'model-loaded', model: { id: 'tiny', family: 'llama', layers: 2, parameters: 2000, prunable: 1600, hidden: 8, about: { name: 'tiny', licence: 'CC0-1.0', card: null, revision: null }, vocabulary: 16, spec } },
  {
    type: 'corpus-ready',
    length: 16,
    sets: [
      { use: 'calibration', tokens: 64, text: 'Tales' },
      { use: 'evaluation', tokens: 128, text: 'Tales, held out' },
    ],
  },
  { type: 'phase-finished', phase: 'load', seconds: 1 },
  { type: 'phase-started', phase: 'database' },
  { type: 'module-progress', module: 1, done: 1, total: 4 },
  { type: 'module-pruned', module: 1, summary: summary(1), fallbacks: 0 },
  { type: 'module-progress', module: 0, done: 2, total: 4 },
  { type: 'module-pruned', module: 0, summary: summary(0), fallbacks: 3 },
  { type: 'database-ready', granularity: 'kv-group', modules: [0, 1, 2, 3].map(summary), bytes: 4096 },
  { type: 'phase-finished', phase: 'database', seconds: 2 },
  profile(0),
  { type: 'phase-started', phase: 'search' },
  { type: 'search-started', dense: 1600, least: 790, most: 800, tolerance: 0.004, uniform, strategy: 'evolution' },
];

const offspring = (generation: number) =>
  [1, 2, 3, 4].map((index) => ({ id: `${generation}.0${index}`, genome: [0, 2, 1, 1], size: 800, changed: [0, 1] }));

const measured = (generation: number, stage: number, id: string, fitness: number): RunEventBody => ({ type: 'candidate-measured', generation, stage, id, fitness });

/** Generation 1: candidate 3 is not a number, 1 and 2 go on, 2 replaces the parent. */
const first: readonly RunEventBody[] = [
  { type: 'generation-started', generation: 1, generations: 2, parent: uniform, offspring: offspring(1), stages: config.search.stages },
  measured(1, 0, '1.01', 0.9),
  measured(1, 0, '1.02', 0.8),
  { type: 'not-a-number', generation: 1, stage: 0, id: '1.03' },
  measured(1, 0, '1.04', 0.95),
  { type: 'stage-finished', generation: 1, stage: 0, survivors: ['1.02', '1.01'], eliminated: ['1.03', '1.04'] },
  { type: 'candidate-training', generation: 1, stage: 1, id: '1.01', done: 16, total: 32, loss: 3 },
  measured(1, 1, '1.01', 0.7),
  measured(1, 1, '1.02', 0.6),
  measured(1, 1, '0.00', 1),
  { type: 'stage-finished', generation: 1, stage: 1, survivors: ['1.02'], eliminated: ['1.01'] },
  { type: 'generation-finished', generation: 1, parent: winner, fitness: 0.6, previousParentFitness: 1, replaced: true, forwardTokens: 640, trainedTokens: 64 },
  { type: 'estimate', phaseSeconds: 8, runSeconds: 20, flops: 1e7 },
  profile(1),
];

/** Generation 2 has begun with a changed setting; one candidate trains. */
const second: readonly RunEventBody[] = [
  { type: 'settings-changed', generation: 2, before: { maxFlips: 3 }, after: { maxFlips: 1 } },
  { type: 'generation-started', generation: 2, generations: 2, parent: winner, offspring: offspring(2), stages: config.search.stages },
  { type: 'candidate-training', generation: 2, stage: 0, id: '2.01', done: 8, total: 32, loss: 3 },
];

const after: readonly RunEventBody[] = [
  { type: 'search-finished', winner, fitness: 0.6, stopped: true },
  { type: 'phase-finished', phase: 'search', seconds: 9 },
  profile(1),
  { type: 'phase-started', phase: 'evaluate' },
  { type: 'evaluated', which: 'winner', quality: { perplexity: 20, kl: 0.6, agreement: 0.7 }, tokens: 128 },
  {
    type: 'exports-planned',
    name: 'tiny-pruned',
    offers: [
      { format: 'onnx-fp32', files: [{ path: 'onnx/model.onnx', bytes: 100 }], unavailable: null },
      { format: 'gguf-f16', files: [], unavailable: { reason: 'llama.cpp knows no such tokenizer.', remedy: 'Take ONNX.' } },
    ],
  },
  {
    type: 'exported',
    format: 'onnx-fp32',
    files: [{ path: 'onnx/model.onnx', size: 100, sha256: 'ab' }],
    check: { backend: 'wasm', tokens: 64, maxAbsoluteError: 1e-5, relativeError: 1e-6, agreement: 1, perplexity: 20.01, candidatePerplexity: 20, sample: { prompt: 'Once', text: ' upon' } },
    notChecked: null,
  },
  { type: 'warning', explanation: { what: 'A.', means: 'B.', remedy: 'C.' } },
];

const timed = (bodies: readonly RunEventBody[], from: number): RunEvent[] => bodies.map((body, index) => ({ ...body, at: from + index }));

export const eventsToSearch = timed([...before, ...first, ...second], 0);
export const eventsToExport = [...eventsToSearch, ...timed(after, eventsToSearch.length)];
