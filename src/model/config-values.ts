import * as v from 'valibot';

/** Largest sizes that are believed; beyond them a file is lying or nothing that a browser can hold. docs/limits.md lists them. */
export const limits = {
  /** Bytes of config.json and of an export's manifest.json, the nesting of a config, and files of a manifest. */
  config: 1 << 20,
  manifest: 1 << 20,
  configDepth: 16,
  manifestFiles: 1 << 12,
  vocabulary: 1 << 20,
  hidden: 1 << 16,
  layers: 512,
  heads: 1024,
  headDim: 1024,
  channels: 1 << 18,
  positions: 1 << 24,
  scaling: 1e6,
} as const;

/** A whole number within bounds. */
export const whole = (minimum: number, maximum: number) => {
  const message = `must be a whole number from ${minimum} to ${maximum}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(minimum, message), v.maxValue(maximum, message));
};

/** A number of things of which there is at least one. */
export const count = (maximum: number) => whole(1, maximum);

/** A number within bounds, which NaN and the infinities are not. */
export const between = (minimum: number, maximum: number) => {
  const message = `must be a number from ${minimum} to ${maximum}`;
  return v.pipe(v.number(message), v.minValue(minimum, message), v.maxValue(maximum, message));
};

/** A list whose length is checked before its entries are. */
export const shortList = <Entry extends v.GenericSchema>(maximum: number, entry: Entry) => {
  const message = `must be a list of at most ${maximum} entries`;
  return v.pipe(v.array(v.unknown(), message), v.maxLength(maximum, message), v.array(entry));
};

/** Takes what is wrong, one sentence's part at a time; the reader goes on, so that all faults are told at once. */
export type Complain = (problem: string) => void;
