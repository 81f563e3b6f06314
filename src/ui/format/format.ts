/**
 * Numbers as people read them, one function a quantity. Grouping and decimals follow the reader's locale; JSON and CSV
 * never pass through here. A missing value is an en dash, never 0.
 */

export const missing = '–';
const notANumber = 'not a number';
/** Narrow no-break space, between a number and its unit. */
const gap = '\u202f';
const minus = '\u2212';

type Value = number | null | undefined;

const formatters = new Map<string, Intl.NumberFormat>();

/** With so many decimals at least and at most. */
function between(value: number, least: number, most: number): string {
  const key = `${least} ${most}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.NumberFormat(undefined, { minimumFractionDigits: least, maximumFractionDigits: most });
    formatters.set(key, formatter);
  }
  return formatter.format(value).replace('-', minus);
}

const fixed = (value: number, decimals: number): string => between(value, decimals, decimals);
const upTo = (value: number, decimals: number): string => between(value, 0, decimals);

/** Decimals that leave `digits` significant figures, at most `most`. */
function decimalsFor(value: number, digits: number, most: number): number {
  if (value === 0) return 0;
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  return Math.min(most, Math.max(0, digits - 1 - magnitude));
}

const significant = (value: number, digits: number, most = 20): string => fixed(value, decimalsFor(value, digits, most));

/** Applies a format, with the words for what is missing or is not a number. */
function present(value: Value, format: (value: number) => string): string {
  if (value === null || value === undefined) return missing;
  return Number.isFinite(value) ? format(value) : notANumber;
}

/** A scale of units, each 1000 times the one before. */
function scaled(value: number, units: readonly string[], digits: number): string {
  let index = 0;
  let scaledValue = value;
  while (scaledValue >= 999.5 && index < units.length - 1) {
    scaledValue /= 1000;
    index += 1;
  }
  const unit = units[index] ?? '';
  const text = index === 0 ? fixed(scaledValue, 0) : significant(scaledValue, digits, digits - 1);
  return unit === '' ? text : `${text}${gap}${unit}`;
}

/** KL in nats: 3 decimals in figures and tables, 2 in the grid; 3 significant below 0.1. */
export const kl = (value: Value, decimals: 2 | 3 = 3): string =>
  present(value, (known) => (known >= 5e-7 && known < 0.1 ? significant(known, 3, 6) : fixed(known, decimals)));

/** Perplexity and tokens a second: 3 significant, at most 1 decimal. */
export const perplexity = (value: Value): string => present(value, (known) => significant(known, 3, 1));
export const tokensPerSecond = (value: Value): string => present(value, (known) => `${significant(known, 3, 1)}${gap}tok/s`);

/** 134.5 M, 6.74 B, 74 k. */
export const parameters = (value: Value): string =>
  present(value, (known) => {
    if (known < 10_000) return fixed(known, 0);
    if (known < 999_500) return `${fixed(known / 1e3, 0)}${gap}k`;
    if (known < 999.5e6) return `${known < 99.95e6 ? significant(known / 1e6, 3, 2) : fixed(known / 1e6, 1)}${gap}M`;
    return `${significant(known / 1e9, 3)}${gap}B`;
  });

/** Counts of heads, channels, generations, tokens where exact. */
export const count = (value: Value): string => present(value, (known) => fixed(known, 0));

/** Exact up to 9,999, then 65.5 k, 3.9 M. */
export const tokens = (value: Value): string =>
  present(value, (known) => {
    if (known < 10_000) return fixed(known, 0);
    if (known < 999_500) return `${significant(known / 1e3, 3, 1)}${gap}k`;
    return `${significant(known / 1e6, known < 10e6 ? 2 : 3, 1)}${gap}M`;
  });

/** Decimal units: 339 MB, 5.3 GB. */
export const bytes = (value: Value): string => present(value, (known) => scaled(known, ['B', 'kB', 'MB', 'GB', 'TB'], known < 1e9 ? 3 : 2));

/** "603 of 988 MB": how much of a whole; the unit once where it is the same. */
export const bytesOf = (done: number, total: number): string => {
  const [part, whole] = [bytes(done), bytes(total)];
  const [number = part, unit] = part.split(gap);
  return `${unit === whole.split(gap)[1] ? number : part} of ${whole}`;
};

/** 2.7 PFLOP. */
export const compute = (flop: Value): string =>
  present(flop, (known) => scaled(known / 1e6, ['MFLOP', 'GFLOP', 'TFLOP', 'PFLOP', 'EFLOP'], 2));

/** 1.12 TFLOP/s. */
export const computeRate = (flops: Value): string =>
  present(flops, (known) => `${scaled(known / 1e6, ['MFLOP', 'GFLOP', 'TFLOP', 'PFLOP'], 3)}/s`);

/** A share from 0 to 1: 61.4 %, whole where the input is whole. */
export const percent = (share: Value, decimals: 0 | 1 = 1): string =>
  present(share, (known) => {
    const hundred = Math.round(known * 1000) / 10;
    return `${fixed(hundred, decimals === 0 || Number.isInteger(hundred) ? 0 : 1)}${gap}%`;
  });

/** A difference with its sign: +0.012, −0.009. */
export const change = (difference: Value, decimals = 3): string =>
  present(difference, (known) => {
    const text = fixed(Math.abs(known), decimals);
    if (Number(Math.abs(known).toFixed(decimals)) === 0) return text;
    return `${known < 0 ? minus : '+'}${text}`;
  });

/** 1e-5, 2.5e-4: as it is written in papers. */
export const learningRate = (value: Value): string =>
  present(value, (known) => {
    const [mantissa = '', exponent = '0'] = known.toExponential().split('e');
    return `${upTo(Number(mantissa), 2)}e${Number(exponent)}`;
  });

/** Errors, most of them small: 3.1e-4, 0.082, 3.3, 41. */
export const tiny = (value: Value): string =>
  present(value, (known) => {
    if (known === 0) return '0';
    if (known >= 0.01) return upTo(Number(known.toPrecision(2)), 20);
    const [mantissa = '', exponent = '0'] = known.toExponential(1).split('e');
    return `${fixed(Number(mantissa), 1)}e${Number(exponent)}`;
  });

/** 41 s, 3 m 12 s, 1 h 5 min. */
export const duration = (seconds: Value): string =>
  present(seconds, (known) => {
    if (known < 9.95) return `${known < 0.05 ? '0' : significant(known, 2, 1)}${gap}s`;
    const whole = Math.round(known);
    if (whole < 60) return `${whole}${gap}s`;
    if (whole < 3600) {
      const rest = whole % 60;
      return `${Math.floor(whole / 60)}${gap}m${rest === 0 ? '' : ` ${rest}${gap}s`}`;
    }
    const minutes = Math.round(known / 60);
    const rest = minutes % 60;
    return `${fixed(Math.floor(minutes / 60), 0)}${gap}h${rest === 0 ? '' : ` ${rest}${gap}min`}`;
  });

/** Nanoseconds of work: 312 µs, 1.24 ms, 1.8 s. */
export const latency = (nanoseconds: Value): string =>
  present(nanoseconds, (known) => {
    const [value, unit] = known < 999_500 ? [known / 1e3, 'µs'] : known < 999.5e6 ? [known / 1e6, 'ms'] : [known / 1e9, 's'];
    return `${significant(value, 3, 2)}${gap}${unit}`;
  });

/** Seconds that were measured, short ones too: 312 µs, 84 ms, 1.8 s, 3 m 12 s. */
export const spent = (seconds: Value): string => present(seconds, (known) => (known === 0 ? `0${gap}s` : known < 0.9995 ? latency(known * 1e9) : duration(known)));

/** 1.55, 0.9: 3 significant figures, no more than are needed. */
export const ratio = (value: Value): string => present(value, (known) => upTo(Number(known.toPrecision(3)), 20));
/** A ratio of speeds: 1.5×, 0.97×. */
export const times = (value: Value): string => present(value, (known) => `${ratio(known)}×`);

const roundTo = (value: number, step: number): number => Math.max(step, Math.round(value / step) * step);

/** An estimate, to one or two significant figures and without the word "about": 50 s, 25 min, 2 h 30 min, 40 h. */
export const roughly = (seconds: Value): string =>
  present(seconds, (known) => {
    if (known < 10) return `${Math.max(1, Math.round(known))}${gap}s`;
    if (known < 57.5) return `${roundTo(known, 5)}${gap}s`;
    const minutes = known / 60;
    if (minutes < 57.5) return `${roundTo(minutes, minutes < 20 ? 1 : 5)}${gap}min`;
    if (minutes < 9.75 * 60) {
      const half = roundTo(minutes, 30);
      return `${Math.floor(half / 60)}${gap}h${half % 60 === 0 ? '' : ` ${half % 60}${gap}min`}`;
    }
    const hours = minutes / 60;
    return `${fixed(roundTo(hours, hours < 99.5 ? 1 : 10), 0)}${gap}h`;
  });

/** `roughly` with its "about"; the dash where nothing is known. */
export const about = (seconds: Value): string => {
  const text = roughly(seconds);
  return text === missing || text === notANumber ? text : `about ${text}`;
};
