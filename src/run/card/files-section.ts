import { snippetsFor } from '../../export/folder/snippets.ts';
import { formatOf } from '../../export/formats.ts';
import type { FormatId } from '../../export/formats.ts';
import type { ExportedFormat } from '../exports/export-events.ts';
import type { ModelCardFacts } from './card-facts.ts';
import { figure } from './figures.ts';
import { formatName } from './format-names.ts';
import { code, codeBlock, escaped, list, table } from './markdown.ts';

function sizes(formats: readonly ExportedFormat[]): string {
  const rows = formats.flatMap(({ format, files }) => files.map(({ path, size }) => [formatName(format), code(path), figure(size)]));
  return table(['Format', 'File', 'Bytes'], rows);
}

function checks(formats: readonly ExportedFormat[]): string[] {
  const checked = formats.flatMap(({ format, check }) => (check === null ? [] : [{ format, check }]));
  if (checked.length === 0) return [];
  const rows = checked.map(({ format, check }) => [
    formatName(format),
    ...[check.maxAbsoluteError, check.relativeError, check.agreement, check.perplexity, check.candidatePerplexity, check.tokens].map(figure),
    check.backend,
  ]);
  return [
    'After writing, each of these was opened afresh and compared with the pruned model on a held-out passage. Errors are of logits; perplexities of so short a passage are for ' +
      'comparing the two columns, not with those above.',
    table(['Format', 'Largest error', 'Relative error', 'Top-token agreement', 'Perplexity', 'of the pruned model', 'Tokens', 'Run on'], rows, 'but the first'),
  ];
}

const notChecked = (formats: readonly ExportedFormat[]): string[] =>
  formats.flatMap(({ format, check, notChecked: reason }) => (check === null ? [`${formatName(format)} was not opened after writing${reason === null ? '' : `: ${escaped(reason)}`}`] : []));

function sample(formats: readonly ExportedFormat[]): string[] {
  const first = formats.find(({ check }) => check !== null && check.sample.text !== '');
  if (!first?.check) return [];
  const { prompt, text } = first.check.sample;
  return [`What ${formatName(first.format)} writes, always the most probable token, after the first tokens of the passage:`, codeBlock('text', `${prompt}\n>>> ${text}`)];
}

/** What is in the folder, and how well each format keeps the model. */
export function filesSection({ formats, files }: ModelCardFacts): string {
  return [
    '## Files',
    ...(formats.length === 0 ? [] : [sizes(formats)]),
    ...checks(formats),
    ...[list(notChecked(formats))].filter((text) => text !== ''),
    ...sample(formats),
    ...(files.length === 0 ? [] : [`Beside them: ${files.map(code).join(', ')}.`]),
  ].join('\n\n');
}

/** Formats that are loaded by the same code but for a name. */
function group(id: FormatId): string {
  const format = formatOf(id);
  return `${format.kind} ${format.kind === 'onnx' ? format.attention : format.shape}`;
}

/** How a format differs from the one that code is shown for. */
function difference({ format, files }: ExportedFormat): string {
  const kind = formatOf(format);
  const names = files.map(({ path }) => code(path)).join(', ');
  return `${formatName(format)}: the same with ${names}${kind.kind === 'onnx' ? `, and in transformers.js \`dtype: '${kind.precision}'\`` : ''}`;
}

function loading(name: string, [first, ...others]: readonly ExportedFormat[]): string[] {
  if (first === undefined) return [];
  const paths = first.files.map(({ path }) => path);
  return [
    `### ${formatName(first.format)}`,
    ...snippetsFor(first.format, paths, name).flatMap(({ runtime, language, code: text }) => [`${runtime}:`, codeBlock(language, text)]),
    ...(others.length === 0 ? [] : [list(others.map(difference))]),
  ];
}

/** Code for each runtime; null where no format was written. */
export function loadingSection({ name, formats }: ModelCardFacts): string | null {
  if (formats.length === 0) return null;
  const groups = [...new Set(formats.map(({ format }) => group(format)))];
  const blocks = groups.flatMap((of) => loading(name, formats.filter(({ format }) => group(format) === of)));
  return ['## How to load it', 'Run where the model folder lies.', ...blocks].join('\n\n');
}
