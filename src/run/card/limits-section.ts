import { formatOf, isQuantised } from '../../export/formats.ts';
import type { Format } from '../../export/formats.ts';
import type { ExportedFormat } from '../exports/export-events.ts';
import { hasRemoteCode } from './card-facts.ts';
import type { ModelCardFacts } from './card-facts.ts';
import { figure } from './figures.ts';
import { formatName } from './format-names.ts';
import { escaped, list } from './markdown.ts';

function ofPruning({ result, sets, config }: ModelCardFacts): string[] {
  if (result === null) return [];
  const text = sets?.find(({ use }) => use === 'calibration')?.text ?? config.texts.training;
  return [
    `Pruned by what ${escaped(text)} needs, and measured on one held-out text. On other kinds of text, on code and in other languages it may have lost far more than the table shows.`,
    ...(config.postTraining.tokens === 0 ? ['Not trained after pruning: it is a start for training, more than a model to use as it is.'] : []),
  ];
}

/** What rounding to few bits cost, as measured. */
const ofQuantising = ({ format, check }: ExportedFormat): string[] =>
  check !== null && isQuantised(format)
    ? [
        `${formatName(format)}: its perplexity on the passage is ${figure(check.perplexity)}, from ${figure(check.candidatePerplexity)}; the share of equal top tokens is ` +
          `${figure(check.agreement)}. Few bits hurt small models: prefer a format without where there is room.`,
      ]
    : [];

function ofFormats(facts: ModelCardFacts): string[] {
  const { formats } = facts;
  const has = (test: (format: Format) => boolean): boolean => formats.some(({ format }) => test(formatOf(format)));
  const said: readonly [boolean, string][] = [
    [
      has((format) => format.kind === 'onnx' && format.attention === 'gqa'),
      'ONNX with GroupQueryAttention is wrong for batches that are padded on the left, which transformers.js does with prompts of unlike length: give it one prompt at a time, or take plain ONNX.',
    ],
    [
      hasRemoteCode(facts),
      'The safetensors need `modeling_pruned.py` (`trust_remote_code=True`), since no class of transformers has layers of unlike shape.',
    ],
    [has((format) => format.kind !== 'onnx' && format.shape === 'padded'), 'Padded files are compatible, not smaller: they take the memory and the time of the dense model.'],
  ];
  return [...said.flatMap(([holds, text]) => (holds ? [text] : [])), ...formats.flatMap(ofQuantising)];
}

/** What the model is not good for, and what has to be known before it is loaded. */
export function limitsSection(facts: ModelCardFacts): string {
  return [
    '## Limits',
    list([
      ...facts.warnings.map((warning) => `**Before loading:** ${escaped(warning)}`),
      'Not evaluated for safety, for facts or for any task. What the card of the base model warns of holds here as well, and pruning may have undone what it was tuned for.',
      ...ofPruning(facts),
      `Made for texts of at most ${figure(facts.spec.maxPositions)} tokens.`,
      ...ofFormats(facts),
    ]),
  ].join('\n\n');
}
