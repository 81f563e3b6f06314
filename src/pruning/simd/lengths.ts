/** Bytes of a double. */
export const DOUBLE = 8;
/** Doubles in a cache line: where blocks of a kernel's memory begin. */
const LINE = 8;

export const inLines = (doubles: number): number => Math.ceil(doubles / LINE) * LINE;

/** Bytes of blocks of these lengths. */
export const bytesOf = (lengths: readonly number[]): number => lengths.reduce((sum, length) => sum + inLines(length), 0) * DOUBLE;
