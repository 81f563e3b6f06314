import { describe, expect, it } from 'vitest';
import { escapeXml, framePicture, pictureSize } from './picture-frame.ts';

const drawing = {
  width: 100.2,
  height: 50,
  content: '<path d="M0 0h10"/>',
  title: 'Fitness <of> "a & b"',
  source: 'DarwinLM Web',
  colours: { page: '#fff', ink: '#000', note: '#555' },
  fonts: '',
  family: '"Inter", sans-serif',
};

describe('a picture with its frame', () => {
  it('is as large as the drawing and its lines of text', () => {
    const [width, height] = pictureSize(drawing);
    expect(width).toBe(101 + 32);
    expect(height).toBeGreaterThan(50 + 40);
    expect(framePicture(drawing)).toContain(`width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`);
  });

  it('escapes what is written into it', () => {
    const text = framePicture(drawing);
    expect(text).toContain('<title>Fitness &lt;of&gt; &quot;a &amp; b&quot;</title>');
    expect(text).toContain('font-family="&quot;Inter&quot;, sans-serif"');
    expect(text).not.toContain('<style>');
    expect(escapeXml('a\u0000b\u001b\tc')).toBe('ab\tc');
  });

  it('holds the drawing as it is, title before and source after', () => {
    const text = framePicture({ ...drawing, fonts: '@font-face{}' });
    const places = ['<style>@font-face{}</style>', 'font-weight="600"', drawing.content, '>DarwinLM Web</text>'].map((part) => text.indexOf(part));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places.toSorted((a, b) => a - b)).toEqual(places);
  });
});
