import type { Format } from '../../src/export/formats.ts';

/** How far logits may be off, relative. Quantised weights are compared with what they stand for. */
const limits = { fp32: 1e-5, fp16: 5e-3, bf16: 5e-2, q4: 1e-5, q4f16: 2e-2, f16: 5e-3, q8_0: 0.1 } as const;

export const limitOf = (format: Format): number => limits[format.kind === 'onnx' ? format.precision : format.type];

/**
 * How far logits may be off for the rounding of weights alone, where they are quantised: more than that is another model.
 * Random models suffer from 4 bits as small trained ones do; logits of another model are 1.4 off.
 */
const roundingLimits: Readonly<Record<string, number>> = { q4: 0.5, q4f16: 0.5, q8_0: 0.05 };

/** Null where weights are not quantised. */
export const roundingLimitOf = (format: Format): number | null => roundingLimits[format.kind === 'onnx' ? format.precision : format.type] ?? null;
