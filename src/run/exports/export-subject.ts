import { enclosingShape } from '../../export/rewrite/padded.ts';
import type { DenseShape } from '../../export/rewrite/padded.ts';
import type { ModelSpec } from '../../model/spec.ts';
import type { WeightSource } from '../../model/weights.ts';
import type { CompanionFiles } from '../../sources/companion-files.ts';
import type { ModelAbout } from '../../sources/model-about.ts';

/** A model that is exported, with all that its files say beside the weights. */
export interface ExportSubject {
  /** What its folder and single files are called; made of letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  readonly weights: WeightSource;
  /** config.json of the model that was pruned. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly companions: CompanionFiles;
  readonly about: ModelAbout;
  /** The model that was pruned, as model-ref.ts writes it. */
  readonly baseModel: string;
  /** What else the files' metadata should hold: seed, target, levels. */
  readonly settings: Readonly<Record<string, string>>;
}

/** A name for files, from that of the model: `HuggingFaceTB/SmolLM2-135M` gives `SmolLM2-135M-pruned`. */
export function exportName({ name }: ModelAbout): string {
  const last = name.split('/').findLast((part) => part !== '') ?? 'model';
  const plain = last.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replaceAll(/^[.-]+|[.-]+$/g, '').slice(0, 60);
  return `${plain === '' ? 'model' : plain}-pruned`;
}

function countIn(config: Readonly<Record<string, unknown>>, key: string, absent = 1): number {
  const value = config[key];
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : absent;
}

/** The shape that all layers are filled up to: that of the dense model, as its config tells, and no less than the layers need. */
export function denseShape(config: Readonly<Record<string, unknown>>, spec: ModelSpec): DenseShape {
  const needed = enclosingShape(spec);
  const heads = countIn(config, 'num_attention_heads');
  const kvHeads = Math.max(needed.kvHeads, countIn(config, 'num_key_value_heads', heads));
  return {
    kvHeads,
    groupSize: Math.max(needed.groupSize, Math.floor(heads / kvHeads)),
    channels: Math.max(needed.channels, countIn(config, 'intermediate_size')),
  };
}
