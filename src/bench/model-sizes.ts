import { randomFor } from '../base/random.ts';
import { expectedTensors } from '../model/expected-tensors.ts';
import { prunableParameters } from '../model/spec.ts';
import type { ModelSpec } from '../model/spec.ts';
import type { WeightSource } from '../model/weights.ts';
import { plainLlama } from './plain-llama.ts';

/** Sizes of a made-up model. */
interface Shape {
  readonly hidden: number;
  readonly layers: number;
  readonly queryHeads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly channels: number;
  readonly vocabulary: number;
}

/** Two small ones, then the shapes of SmolLM2 (config.json of HuggingFaceTB/SmolLM2-135M, -360M, -1.7B). */
const shapes = {
  '1m': { hidden: 128, layers: 4, queryHeads: 4, kvHeads: 2, headDim: 32, channels: 384, vocabulary: 1024 },
  '25m': { hidden: 384, layers: 12, queryHeads: 6, kvHeads: 2, headDim: 64, channels: 1024, vocabulary: 16_384 },
  '135m': { hidden: 576, layers: 30, queryHeads: 9, kvHeads: 3, headDim: 64, channels: 1536, vocabulary: 49_152 },
  '360m': { hidden: 960, layers: 32, queryHeads: 15, kvHeads: 5, headDim: 64, channels: 2560, vocabulary: 49_152 },
  '1.7b': { hidden: 2048, layers: 24, queryHeads: 32, kvHeads: 32, headDim: 64, channels: 8192, vocabulary: 49_152 },
} as const satisfies Readonly<Record<string, Shape>>;

type MadeUpSize = keyof typeof shapes;
/** `tales-6m` is the bundled model. */
export type SizeName = 'tales-6m' | MadeUpSize;

export const sizeNames: readonly SizeName[] = ['1m', 'tales-6m', '25m', '135m', '360m', '1.7b'];

const isMadeUp = (name: SizeName): name is MadeUpSize => name in shapes;

const specOf = ({ hidden, headDim, vocabulary, layers, queryHeads, kvHeads, channels }: Shape): ModelSpec =>
  plainLlama({ hidden, headDim, vocabulary, layers, queryGroups: Array.from({ length: kvHeads }, () => queryHeads / kvHeads), channels });

/** Parameters up to which a tab has room for a model several times: its gradients and AdamW's moments, or its exported file. */
export const mostHeldTwice = 200e6;

/** FLOP of a token's forward pass: two for each parameter that multiplies, the head included (Kaplan et al., arXiv 2001.08361). */
export const forwardFlop = (spec: ModelSpec): number => 2 * (prunableParameters(spec) + spec.vocabulary * spec.hidden);

/** Of tales-6m, which is known before it is fetched. */
const talesFlop = 13_107_200;

/** {@link forwardFlop} of a size. */
export const sizeFlop = (name: SizeName): number => (isMadeUp(name) ? forwardFlop(specOf(shapes[name])) : talesFlop);

/** Prime, so that the rows of no matrix repeat soon. */
const DRAWS = 65_537;

/**
 * A model of random weights: matrices uniform with variance 1 / columns, so that activations keep their size, norms 1. Few numbers are
 * drawn and then repeated: what the weights are does not matter to speed, as long as products are ordinary numbers.
 */
export function madeUpModel(name: MadeUpSize): WeightSource {
  const spec = specOf(shapes[name]);
  const tensors = expectedTensors(spec);
  const random = randomFor(1, 'made-up weights');
  const draws = Float32Array.from({ length: DRAWS }, () => 2 * random.unit() - 1);
  const rows = (tensor: string, wanted?: { readonly start: number; readonly end: number }): Float32Array => {
    const shape = tensors.get(tensor);
    if (shape === undefined) throw new RangeError(`no tensor ${tensor}`);
    const [height = 1, width = 1] = shape;
    const { start, end } = wanted ?? { start: 0, end: height };
    const values = new Float32Array((end - start) * width);
    if (shape.length === 1) return values.fill(1);
    const scale = Math.sqrt(3 / width);
    const first = start * width;
    for (let index = 0; index < values.length; index++) values[index] = scale * draws[(first + index) % DRAWS]!;
    return values;
  };
  return {
    spec,
    read: async (tensor) => rows(tensor),
    readRows: async (tensor, start, end) => rows(tensor, { start, end }),
  };
}

/** The weights of a size. `bundled` opens the model of the site. */
export async function openSize(name: SizeName, bundled: () => Promise<{ readonly weights: WeightSource }>): Promise<WeightSource> {
  return isMadeUp(name) ? madeUpModel(name) : (await bundled()).weights;
}
