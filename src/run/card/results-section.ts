import type { Quality } from '../run-result.ts';
import { parametersOf } from './card-facts.ts';
import type { ModelCardFacts } from './card-facts.ts';
import { figure } from './figures.ts';
import { escaped, table } from './markdown.ts';

function qualityRows(qualities: readonly Quality[]): string[][] {
  const row = (name: string, measure: (quality: Quality) => number): string[] => [name, ...qualities.map((quality) => figure(measure(quality)))];
  return [
    row('Perplexity', ({ perplexity }) => perplexity),
    row('KL to the dense model, nats a predicted token', ({ kl }) => kl),
    row('Top-token agreement, share of positions', ({ agreement }) => agreement),
  ];
}

/** What the run measured, in the numbers of `result.json`. */
export function resultsSection(facts: ModelCardFacts): string {
  const { dense, pruned } = parametersOf(facts);
  const counts = table(
    ['Parameters', 'Dense', 'Pruned'],
    [
      ['All', figure(dense.total), figure(pruned.total)],
      ['Prunable, in attention and MLP', figure(dense.prunable), figure(pruned.prunable)],
    ],
    'but the first',
  );
  if (facts.result === null) return ['## Size', counts].join('\n\n');
  const { heldOut } = facts.result;
  const text = facts.sets?.find(({ use }) => use === 'evaluation')?.text ?? facts.config.texts.heldOut;
  const measured = table(['Held out', 'Dense', 'Uniform', 'Pruned'], qualityRows([heldOut.dense, heldOut.uniform, heldOut.winner]), 'but the first');
  return [
    '## Before and after',
    counts,
    measured,
    `Measured in float32 on ${figure(heldOut.tokens)} tokens of ${escaped(text)}, which the search never saw. *Dense* is the base model, *uniform* is it with every module cut ` +
      'alike to the same size and not trained, *pruned* is this model. The numbers are those of `result.json`: whole numbers in full, others to 6 significant digits.',
  ].join('\n\n');
}
