import { presentBytes, textBytes } from '../../base/lazy-bytes.ts';
import type { LazyBytes } from '../../base/lazy-bytes.ts';
import { folderConfig, folderWarning, needsRemoteCode } from '../../export/folder/folder-config.ts';
import type { FolderConfigOptions, FolderOnnx } from '../../export/folder/folder-config.ts';
import { genaiConfig } from '../../export/folder/genai-config.ts';
import { generationConfig } from '../../export/folder/generation-config.ts';
import { levelList } from '../../export/folder/level-list.ts';
import { MODELING_PRUNED_PY } from '../../export/folder/modeling-pruned.py.ts';
import { tokenizerConfig } from '../../export/folder/tokenizer-config.ts';
import { formatOf } from '../../export/formats.ts';
import type { FormatId, SafetensorsType } from '../../export/formats.ts';
import { arrangedWeights } from '../../export/onnx/onnx-model.ts';
import type { PlannedFile } from '../../export/planned-file.ts';
import { padded } from '../../export/rewrite/padded.ts';
import { prunableParameters, totalParameters } from '../../model/spec.ts';
import type { ModelSpec } from '../../model/spec.ts';
import { modelCard } from '../model-card.ts';
import type { ExportedFormat } from './export-events.ts';
import { denseShape } from './export-subject.ts';
import type { ExportSubject } from './export-subject.ts';
import { folderPlace, isInRoot } from './folder-place.ts';
import type { RunFacts } from './run-facts.ts';

export interface FolderContents {
  readonly subject: ExportSubject;
  /** What is there, in the order in which it was asked for. */
  readonly written: readonly ExportedFormat[];
  /** What was asked for, which says where each format lies, also where another of them failed. */
  readonly formats: readonly FormatId[];
}

const text = (path: string, content: string): PlannedFile => ({ path, content: textBytes(content) });
const json = (path: string, value: unknown): PlannedFile => text(path, `${JSON.stringify(value, null, 2)}\n`);

/** ONNX files of these formats, in their order, plain attention before the fused one. */
function onnxFiles(formats: readonly ExportedFormat[], attention: 'plain' | 'gqa'): FolderOnnx[] {
  return formats.flatMap(({ format, files }) => {
    const known = formatOf(format);
    const path = files.find((file) => file.path.endsWith('.onnx'))?.path;
    if (known.kind !== 'onnx' || known.attention !== attention || path === undefined) return [];
    return [{ path, precision: known.precision, dataFiles: files.length - 1 }];
  });
}

/** Element type of the safetensors that lie in the root. */
function rootSafetensors(ids: readonly FormatId[], formats: readonly FormatId[]): SafetensorsType | null {
  for (const id of ids) {
    const format = formatOf(id);
    if (format.kind === 'safetensors' && isInRoot(id, formats)) return format.type;
  }
  return null;
}

/** What a program needs beside weights to open them: configuration and tokenizer, and the code of irregular layers. */
function loadingFiles({ companions, config }: ExportSubject, options: FolderConfigOptions, place: string): PlannedFile[] {
  const files = [
    text('config.json', folderConfig(options)),
    text('generation_config.json', generationConfig(companions, config)),
    { path: 'tokenizer.json', content: presentBytes(companions.tokenizer) },
    text('tokenizer_config.json', tokenizerConfig(companions)),
    ...(options.safetensors !== null && needsRemoteCode(options.spec) ? [text('modeling_pruned.py', MODELING_PRUNED_PY)] : []),
  ];
  return files.map((file) => ({ ...file, path: place + file.path }));
}

/** Formats that are a folder of their own inside the model folder. */
function sideFolders(subject: ExportSubject, ids: readonly FormatId[], formats: readonly FormatId[]): PlannedFile[] {
  const { weights, config } = subject;
  return ids.flatMap((id) => {
    const format = formatOf(id);
    if (format.kind !== 'safetensors' || isInRoot(id, formats)) return [];
    const spec = format.shape === 'padded' ? padded(weights, denseShape(config, weights.spec)).spec : weights.spec;
    return loadingFiles(subject, { config, spec, safetensors: format.type, onnx: [] }, folderPlace(id, formats));
  });
}

/** genai_config.json names one ONNX file: the first with plain attention, else the first. */
function genaiFiles({ weights, config, companions }: ExportSubject, plain: readonly FolderOnnx[], fused: readonly FolderOnnx[]): PlannedFile[] {
  const attention = plain.length > 0 ? 'plain' : 'gqa';
  const file = (plain[0] ?? fused[0])?.path;
  if (file === undefined) return [];
  const { spec } = arrangedWeights(weights, attention);
  return [text('genai_config.json', genaiConfig({ spec, config, companions, file, attention }))];
}

function cardOf({ subject, written, formats }: FolderContents, run: RunFacts, files: readonly PlannedFile[], warning: string | null): string {
  const { name, baseModel, about, weights } = subject;
  const count = (spec: ModelSpec) => ({ total: totalParameters(spec), prunable: prunableParameters(spec) });
  const placed = written.map((format) => ({
    ...format,
    files: format.files.map((file) => ({ ...file, path: folderPlace(format.format, formats) + file.path })),
  }));
  const own = count(weights.spec);
  return modelCard({
    name,
    baseModel,
    about,
    spec: weights.spec,
    dense: own,
    pruned: own,
    config: run.config,
    result: run.result,
    sets: run.sets.length > 0 ? run.sets : null,
    formats: placed,
    files: files.map(({ path }) => path),
    warnings: warning === null ? [] : [warning],
  });
}

/** All files of a model folder but the weights and the manifest. `events`: the run's, a line each. */
export function folderFiles(contents: FolderContents, run: RunFacts | null, events: LazyBytes | null): PlannedFile[] {
  const { subject, written, formats } = contents;
  const ids = written.map(({ format }) => format);
  const [plain, fused] = [onnxFiles(written, 'plain'), onnxFiles(written, 'gqa')];
  const options = { config: subject.config, spec: subject.weights.spec, safetensors: rootSafetensors(ids, formats), onnx: [...plain, ...fused] };
  const files = [
    ...loadingFiles(subject, options, ''),
    ...genaiFiles(subject, plain, fused),
    ...(run ? [json('run.json', run.config)] : []),
    ...(run?.result ? [json('result.json', run.result), text('levels.txt', levelList(run.result.modules))] : []),
    ...(events ? [{ path: 'events.jsonl', content: events }] : []),
    ...sideFolders(subject, ids, formats),
  ];
  return run ? [text('README.md', cardOf(contents, run, files, folderWarning(options))), ...files] : files;
}
