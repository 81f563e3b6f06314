import type { OnnxPrecision } from '../formats.ts';

/** Element type of activations, caches and all weights that are not in 4 bits. */
export type FloatType = 'float32' | 'float16';

/** How the weights of a file are stored. */
export interface WeightStorage {
  readonly type: FloatType;
  /** Whether projections, and the head where it is not the embedding, are in 4 bits (MatMulNBits, blocks of 32). */
  readonly fourBits: boolean;
}

export const storageOf: Readonly<Record<OnnxPrecision, WeightStorage>> = {
  fp32: { type: 'float32', fourBits: false },
  fp16: { type: 'float16', fourBits: false },
  q4: { type: 'float32', fourBits: true },
  q4f16: { type: 'float16', fourBits: true },
};

const QUANTISED = /(_proj|^lm_head)\.weight$/;

/** Whether the tensor of this Hugging Face name is stored in 4 bits. */
export const isFourBit = ({ fourBits }: WeightStorage, name: string): boolean => fourBits && QUANTISED.test(name);
