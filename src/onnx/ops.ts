/** The operators that graphs are made of, each with inference of its output's type and shape. */
export * from './ops/contrib.ts';
export * from './ops/elementwise.ts';
export * from './ops/indexing.ts';
export * from './ops/layout.ts';
export * from './ops/linear.ts';
export * from './ops/normalization.ts';
export * from './ops/reduction.ts';
export * from './ops/rotary.ts';
