import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colourAtStop, glyphInkAtStop, levelStops, stopOfLevel, stopOfRemoved, type LevelTheme } from './level-colours.ts';
import { hexFromOklab, oklabFromHex } from './oklab.ts';

const themes: readonly LevelTheme[] = ['light', 'dark'];

function luminance(hex: string): number {
  const value = Number.parseInt(hex.slice(1), 16);
  const [red = 0, green = 0, blue = 0] = [value >> 16, (value >> 8) & 255, value & 255].map((byte) => {
    const share = byte / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const contrast = (one: string, other: string): number => {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};

describe('OKLab', () => {
  it('comes back to the same bytes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xff_ff_ff }), (value) => {
        const hex = `#${value.toString(16).padStart(6, '0')}`;
        expect(hexFromOklab(oklabFromHex(hex))).toBe(hex);
      }),
    );
  });

  it('knows white and a published value', () => {
    expect(oklabFromHex('#ffffff')[0]).toBeCloseTo(1, 4);
    const [lightness, a, b] = oklabFromHex('#ff0000');
    expect([lightness, a, b].map((part) => Number(part.toFixed(3)))).toEqual([0.628, 0.225, 0.126]);
  });
});

describe('level colours', () => {
  it('are the tokens of the style sheet', () => {
    const css = readFileSync(new URL('../styles/tokens.css', import.meta.url), 'utf8');
    const tokens = [...css.matchAll(/--level-(\d): (#[0-9a-f]{6});/g)].map(([, , colour]) => colour);
    expect(tokens).toEqual([...levelStops.light, ...levelStops.dark]);
  });

  it('meet the tokens at the ten levels of K = 10', () => {
    for (const theme of themes) {
      const colours = Array.from({ length: 10 }, (_, level) => colourAtStop(theme, stopOfLevel(level, 10)));
      expect(colours).toEqual(levelStops[theme]);
    }
  });

  it('run from contrast to the page without turning back, for any K', () => {
    fc.assert(
      fc.property(fc.constantFrom(...themes), fc.integer({ min: 2, max: 64 }), (theme, levels) => {
        const page = theme === 'light' ? '#ffffff' : '#101317';
        const contrasts = Array.from({ length: levels }, (_, level) => contrast(colourAtStop(theme, stopOfLevel(level, levels)), page));
        for (let level = 1; level < levels; level++) expect(contrasts[level]).toBeLessThanOrEqual((contrasts[level - 1] ?? 0) + 0.05);
        expect(colourAtStop(theme, stopOfLevel(levels - 1, levels))).toBe(levelStops[theme][9]);
      }),
    );
  });

  it('give a collapsed level the colour of what it truly keeps', () => {
    expect(stopOfRemoved(0.5, 10)).toBe(5);
    expect(stopOfRemoved(0, 10)).toBe(0);
    expect(stopOfRemoved(0.25, 10)).toBe(2.5);
    expect(stopOfRemoved(0.99, 4)).toBe(9);
  });

  it('carry readable glyphs at every nominal level', () => {
    for (const theme of themes) {
      for (let level = 0; level < 10; level++) expect(contrast(glyphInkAtStop(theme, level), colourAtStop(theme, level))).toBeGreaterThan(4.2);
    }
  });
});
