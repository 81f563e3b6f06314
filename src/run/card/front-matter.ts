import { formatOf } from '../../export/formats.ts';
import type { Format } from '../../export/formats.ts';
import { ModelRefError, parseModelRef } from '../../sources/model-ref.ts';
import { hasRemoteCode } from './card-facts.ts';
import type { ModelCardFacts } from './card-facts.ts';
import { hubLicence } from './hub-licences.ts';
import { oneLine } from './markdown.ts';

/** Words that YAML takes for something other than text. */
const NOT_TEXT = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

/** A scalar of YAML 1.1 and 1.2: plain where it can be taken for nothing else, else quoted as JSON, of which both are supersets here. */
export function yamlText(text: string): string {
  const line = oneLine(text);
  return /^[a-z][\w./+-]*$/i.test(line) && !NOT_TEXT.test(line) ? line : JSON.stringify(line);
}

/** `owner/name` where the base model is one of the Hub: the Hub makes a link of it, so nothing else may stand there. */
export function hubModel(reference: string): string | null {
  try {
    const ref = parseModelRef(reference);
    return ref.kind === 'hub' ? ref.id : null;
  } catch (error) {
    if (error instanceof ModelRefError) return null;
    throw error;
  }
}

function licenceLines(licence: string | null): string[] {
  if (licence === null) return ['license: unknown'];
  const known = hubLicence(licence);
  return known === null ? ['license: other', `license_name: ${yamlText(licence)}`] : [`license: ${yamlText(known)}`];
}

/** What the Hub's own code opens the folder with; null for GGUF alone, which the Hub knows by its files. */
function library(formats: readonly Format[]): string | null {
  if (formats.some(({ kind }) => kind === 'safetensors')) return 'transformers';
  return formats.some(({ kind }) => kind === 'onnx') ? 'transformers.js' : null;
}

function tags(facts: ModelCardFacts, formats: readonly Format[]): string[] {
  const { spec, result } = facts;
  const has = (kind: Format['kind']): boolean => formats.some((format) => format.kind === kind);
  return [
    'darwinlm',
    'pruned',
    'structured-pruning',
    ...(result === null ? [] : ['evolutionary-search']),
    spec.family,
    ...(has('onnx') ? ['onnx', 'transformers.js', 'onnxruntime-genai'] : []),
    ...(hasRemoteCode(facts) ? ['custom_code'] : []),
    ...(has('safetensors') ? ['safetensors'] : []),
    ...(has('gguf') ? ['gguf', 'llama.cpp'] : []),
  ];
}

/**
 * The YAML at the beginning of a card, https://huggingface.co/docs/hub/model-cards. The Hub has no word for pruning among its
 * relations (adapter, finetune, merge, quantized): `finetune` is the one for weights that were changed.
 */
export function frontMatter(facts: ModelCardFacts): string {
  const formats = facts.formats.map(({ format }) => formatOf(format));
  const base = hubModel(facts.baseModel);
  const name = library(formats);
  const lines = [
    ...licenceLines(facts.about.licence),
    ...(base === null ? [] : [`base_model: ${yamlText(base)}`, 'base_model_relation: finetune']),
    ...(name === null ? [] : [`library_name: ${name}`]),
    'pipeline_tag: text-generation',
    'tags:',
    ...tags(facts, formats).map((tag) => `- ${yamlText(tag)}`),
  ];
  return ['---', ...lines, '---'].join('\n');
}
