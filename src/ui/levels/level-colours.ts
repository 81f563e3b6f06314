import { hexFromOklab, mixOklab, oklabFromHex } from './oklab.ts';

export type LevelTheme = 'light' | 'dark';

/** Stops 0 (dense) to 9 of the sequential map, the `--level-*` tokens: from contrast to background in even OKLab steps. */
export const levelStops: Readonly<Record<LevelTheme, readonly string[]>> = {
  light: ['#1b235e', '#213878', '#254f91', '#2367a7', '#2083b3', '#319dbb', '#50b6bd', '#7acdbd', '#b1e0b9', '#e5f0c3'],
  dark: ['#e9f3c6', '#b5e3bc', '#7dd1c1', '#53bac0', '#35a0bf', '#2486b6', '#266aab', '#275194', '#233b7b', '#1d2661'],
};

const lastStop = 9;
/** The map is sampled this finely; neighbouring samples cannot be told apart. */
const samplesPerStop = 32;

/** Stops from here on are close to the page, so that their cells get an inner edge. */
export const edgedFrom = 8;

/** The last stop whose glyph is drawn in the first of the two glyph inks. */
const glyphTurn: Readonly<Record<LevelTheme, number>> = { light: 4.5, dark: 5.5 };
const glyphInks: Readonly<Record<LevelTheme, readonly [strong: string, weak: string]>> = {
  light: ['#ffffff', '#15181c'],
  dark: ['#101317', '#ffffff'],
};

/** The place on the map (0 to 9) of nominal level `level` out of `nominalLevels` (K): 9k / (K - 1). */
export const stopOfLevel = (level: number, nominalLevels: number): number =>
  nominalLevels <= 1 ? 0 : Math.min(lastStop, Math.max(0, (lastStop * level) / (nominalLevels - 1)));

/** The place on the map of a module of which `removed` (0 to 1) is gone, for levels that were collapsed. */
export const stopOfRemoved = (removed: number, nominalLevels: number): number => stopOfLevel(removed * nominalLevels, nominalLevels);

function sample(theme: LevelTheme): readonly string[] {
  const stops = levelStops[theme].map(oklabFromHex);
  return Array.from({ length: lastStop * samplesPerStop + 1 }, (_, index) => {
    const whole = Math.floor(index / samplesPerStop);
    const share = index / samplesPerStop - whole;
    const from = stops[whole] ?? [0, 0, 0];
    return share === 0 ? (levelStops[theme][whole] ?? '') : hexFromOklab(mixOklab(from, stops[whole + 1] ?? from, share));
  });
}

const sampled = new Map<LevelTheme, readonly string[]>();

/** The colour at a stop between 0 and 9, as `#rrggbb`; whole stops are the tokens themselves. */
export function colourAtStop(theme: LevelTheme, stop: number): string {
  let samples = sampled.get(theme);
  if (!samples) {
    samples = sample(theme);
    sampled.set(theme, samples);
  }
  return samples[Math.round(Math.min(lastStop, Math.max(0, stop)) * samplesPerStop)] ?? '';
}

/** The ink of a glyph on a cell of that stop; contrast at least 4.2:1. */
export function glyphInkAtStop(theme: LevelTheme, stop: number): string {
  const [strong, weak] = glyphInks[theme];
  return stop < glyphTurn[theme] ? strong : weak;
}
