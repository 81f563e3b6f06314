import type { LayerShape, ModelSpec } from '../model/spec.ts';
import { curatedModels, type CuratedModel } from '../sources/curated-models.ts';
import { formatModelRef } from '../sources/model-ref.ts';

/** A model of the Hub that the first visit offers by name: what a run of it takes is told before anything of it is fetched. */
export interface OfferedModel {
  /** As the settings name it. */
  readonly model: string;
  readonly spec: ModelSpec;
  /** To download. */
  readonly bytes: number;
}

const plain = { family: 'llama', headDim: 64, rotary: { theta: 100_000, scaling: null }, tiedHead: true, qkvBias: false, outputBias: false, mlpBias: false, qkNorm: false, windows: null } as const;
const layers = (count: number, layer: LayerShape): LayerShape[] => Array.from({ length: count }, () => layer);

/** Shapes from the models' configurations; a test holds them against the parameters of the curated list. */
const specs: Readonly<Record<string, ModelSpec>> = {
  'HuggingFaceTB/SmolLM2-135M': { ...plain, vocabulary: 49_152, hidden: 576, rmsEpsilon: 1e-5, maxPositions: 8192, layers: layers(30, { queryGroups: [3, 3, 3], channels: 1536 }) },
  'Qwen/Qwen2.5-0.5B': {
    ...plain, family: 'qwen2', qkvBias: true, rotary: { theta: 1_000_000, scaling: null },
    vocabulary: 151_936, hidden: 896, rmsEpsilon: 1e-6, maxPositions: 32_768, layers: layers(24, { queryGroups: [7, 7], channels: 4864 }),
  },
};

const offered = ({ id, revision, weightBytes }: CuratedModel): OfferedModel[] => {
  const spec = specs[id];
  return spec ? [{ model: formatModelRef({ kind: 'hub', id, revision }), spec, bytes: weightBytes }] : [];
};

export const offeredModels: readonly OfferedModel[] = curatedModels.flatMap(offered);
