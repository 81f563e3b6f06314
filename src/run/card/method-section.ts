import type { Target } from '../run-config.ts';
import type { ModelCardFacts } from './card-facts.ts';
import { figure } from './figures.ts';
import { codeBlock, escaped, table } from './markdown.ts';
import { paperBibtex } from './paper-citation.ts';

const strategies = {
  evolution: 'evolution: each generation changes a few modules of the best model so far, and its offspring are sorted out in stages',
  random: 'random search with as many candidates on as many tokens as evolution would have',
  uniform: 'none: every module is cut alike',
} as const;

const granularities = {
  'kv-group': 'whole groups of query heads with their KV head',
  'query-head': 'single query heads; a KV head goes with its last one',
} as const;

const citation = codeBlock('bibtex', paperBibtex);

/** How models like this one are made, with whom to cite. */
export const methodSection = `## Method

Training-aware evolutionary structured pruning (DarwinLM, [arXiv 2502.07780](https://arxiv.org/abs/2502.07780)): attention heads and MLP channels are ranked
by what their loss does to the output of their module on a calibration text (optimal brain surgeon, after ZipLM, [arXiv 2302.04089](https://arxiv.org/abs/2302.04089)), the
weights that stay make up for what went, and a search decides how much goes in which module.

${citation}`;

function targetRow(target: Target): [string, string] {
  if ('sparsity' in target) return ['Target sparsity, share of the prunable parameters', figure(target.sparsity)];
  if ('parameters' in target) return ['Target parameters, embedding and norms included', figure(target.parameters)];
  const what = target.measure === 'decode' ? 'writing with a KV cache' : 'reading a prompt';
  return [`Target speed of ${what}, one sequence at a time, by the times of single modules on the device of the run`, `${figure(target.speedup)} times the dense model's`];
}

function settingRows({ config, result }: ModelCardFacts): [string, string][] {
  const { search, postTraining } = config;
  const searched: [string, string][] = [
    ['Generations', figure(search.generations)],
    ['Offspring of a generation', figure(search.offspring)],
    ['Most level switches of an offspring', `${figure(search.maxFlips)}, of ${search.mutation === 'any' ? 'any modules' : 'modules of one type'}`],
    ['Share of attention in them', search.attentionShare === null ? 'by the number of modules' : figure(search.attentionShare)],
    ['Fitness', search.fitness === 'kl' ? 'KL to the dense model' : 'perplexity'],
    ['Learning rate of fine-tuning', figure(search.learningRate)],
    ...(search.earlyStop ? [['Stages drop candidates that cannot survive, with a confidence of', figure(search.earlyStop.confidence)] satisfies [string, string]] : []),
  ];
  return [
    targetRow(config.target),
    ['Levels of a module', figure(config.levels)],
    ['Granularity of attention', granularities[config.granularity]],
    ['Calibration tokens', figure(config.calibrationTokens)],
    ['Level database', `${config.databasePrecision}${config.databaseOn === 'gpu' ? ', cut on the graphics card where the run computed there' : ''}`],
    ['Search', strategies[search.strategy]],
    ...(search.strategy === 'uniform' ? [] : searched),
    ['Post-training', postTraining.tokens === 0 ? 'none' : `${figure(postTraining.tokens)} tokens, learning rate ${figure(postTraining.learningRate)}`],
    ['Embedding and head in training', config.trainEmbeddings ? 'trained' : 'left as they were'],
    ['Tokens trained in all', figure(result?.tokens.trained ?? 0)],
    ['Seed', figure(config.seed)],
  ];
}

function stages({ config }: ModelCardFacts): string[] {
  if (config.search.strategy === 'uniform') return [];
  const rows = config.search.stages.map(({ survivors, trainingTokens, fitnessTokens }, index) => [index + 1, survivors, trainingTokens, fitnessTokens].map(figure));
  return ['Stages of selection:', table(['Stage', 'Survivors', 'Fine-tuning tokens', 'Fitness tokens'], rows, 'all')];
}

const uses = {
  calibration: 'Calibration',
  fitness: 'Fitness',
  training: 'Training',
  validation: 'Watching post-training',
  evaluation: 'Evaluation',
} as const;

function texts({ config, sets }: ModelCardFacts): string {
  if (sets === null) return `Read for pruning: ${escaped(config.texts.training)}. Held out: ${escaped(config.texts.heldOut)}.`;
  return table(
    ['Read for', 'Tokens', 'Text'],
    sets.map(({ use, tokens, text }) => [uses[use], figure(tokens), escaped(text)]),
  );
}

/** What was done to the base model; null where there was no run. */
export function doneSection(facts: ModelCardFacts): string | null {
  if (facts.result === null) return null;
  return [
    '## What was done',
    `As \`run.json\` asks for it; settings that were changed on the way are in \`events.jsonl\` only.${facts.result.stopped ? ' The search was stopped before its end.' : ''}`,
    table(['Setting', 'Value'], settingRows(facts)),
    ...stages(facts),
    'Texts, of which no passage is in two sets:',
    texts(facts),
  ].join('\n\n');
}
