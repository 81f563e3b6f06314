import { ExplainedError } from '../base/explained-error.ts';
import { sourceLimits } from '../sources/limits.ts';
import type { ModelAbout } from '../sources/model-about.ts';
import { parseAddress } from '../sources/model-ref.ts';
import { parseConfigJson, specOfConfig } from './read-config.ts';
import type { ModelSpec } from './spec.ts';

/** What an exported ONNX file says of itself, so that it can be opened again with nothing but its tokenizer beside it. */

export const GENERATOR = 'DarwinLM Web';

/** An ONNX file that is not of this program, or of a version that did not write what is needed. */
export class ForeignOnnxError extends ExplainedError {
  constructor(file: string, reason: string) {
    super({
      what: `${file} was not exported by this program: ${reason}.`,
      means: 'Where its weights are and what they mean is not known, so it was not loaded.',
      remedy: 'Open the model as safetensors with its config.json instead, or an ONNX file that was exported here.',
    });
  }
}

/** Shapes of the layers as in `pruned_layers` of a config: query heads of each KV head, and MLP channels. */
export const prunedLayers = ({ layers }: ModelSpec) => layers.map(({ queryGroups, channels }) => ({ heads: queryGroups, ff: channels }));

/** The same with sliding windows, as the config of a pruned model states them. */
export const configLayers = (spec: ModelSpec) =>
  prunedLayers(spec).map((shape, layer) => {
    const window = spec.windows?.[layer] ?? null;
    return window === null ? shape : { ...shape, window };
  });

export interface ExportOrigin {
  /** config.json of the model that was pruned. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly about: ModelAbout;
  /** Where it came from, as model-ref.ts writes it. */
  readonly baseModel: string;
}

/** Metadata by which a file of a pruned model (`spec`) says what it is, beside what `exportOnnx` adds. What is not known is left out. */
export function exportMetadata(spec: ModelSpec, { config, about, baseModel }: ExportOrigin): Record<string, string> {
  return {
    base_model: baseModel,
    config: JSON.stringify({ ...config, pruned_layers: configLayers(spec) }),
    ...(about.revision === null ? {} : { base_revision: about.revision }),
    ...(about.licence === null ? {} : { licence: about.licence }),
    ...(about.card === null ? {} : { model_card: about.card }),
  };
}

/** A model that was exported, as its file tells. */
export interface ExportedModel extends ExportOrigin {
  readonly spec: ModelSpec;
}

/** What is longer is no name, address or commit. */
const shortText = (text: string | undefined): string | null => (text !== undefined && text.length <= sourceLimits.reference ? text : null);

/**
 * Reads what {@link exportMetadata} and `exportOnnx` wrote. `name` is the file's name for errors and for `about`.
 * Throws {@link ForeignOnnxError}, and the errors of read-config for a config that was tampered with.
 */
export function readExportMetadata(metadata: ReadonlyMap<string, string>, name: string): ExportedModel {
  if (metadata.get('generator') !== GENERATOR) throw new ForeignOnnxError(name, `its generator is not "${GENERATOR}"`);
  const text = metadata.get('config');
  if (text === undefined) throw new ForeignOnnxError(name, 'it does not hold the config of its model');
  const config = parseConfigJson(text);
  const spec = specOfConfig(config);
  if (metadata.get('pruned_layers') !== JSON.stringify(prunedLayers(spec))) {
    throw new ForeignOnnxError(name, 'its pruned_layers and its config do not agree');
  }
  // Shown as a link, so it has to be one.
  const card = shortText(metadata.get('model_card'));
  return {
    spec,
    config,
    baseModel: shortText(metadata.get('base_model')) ?? '',
    about: {
      name,
      licence: shortText(metadata.get('licence')),
      card: card !== null && parseAddress(card) ? card : null,
      revision: shortText(metadata.get('base_revision')),
    },
  };
}
