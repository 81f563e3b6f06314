import type { ModelSpec } from '../model/spec.ts';

/** Tokens of prompt and text together that a model reads here at most; its KV cache takes memory for each. */
const longest = 1024;

/** The context of everything that is written or timed with a model. */
export const writingContext = ({ maxPositions }: Pick<ModelSpec, 'maxPositions'>): number => Math.min(longest, maxPositions);
