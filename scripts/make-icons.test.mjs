import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { crc32, inflateSync } from 'node:zlib';
import { drawMark, encodePng, ICONS, markSvg } from './make-icons.mjs';
import { inRoot } from './paths.mjs';

/** Rows of a PNG that `encodePng` wrote, each with its filter before it. */
const linesOf = (png) => inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)));

const side = 64;

test('a PNG says its size, is whole, and unpacks to the pixels that went in', () => {
  const pixels = drawMark(side, 0.8);
  const png = encodePng(pixels, side);
  assert.equal(png.readUInt32BE(16), side);
  assert.equal(png.readUInt32BE(29), crc32(png.subarray(12, 29)));
  const lines = linesOf(png);
  for (let y = 0; y < side; y++) {
    const start = y * (side * 3 + 1);
    assert.equal(lines[start], 0);
    assert.deepEqual(lines.subarray(start + 1, start + 1 + side * 3), pixels.subarray(y * side * 3, (y + 1) * side * 3));
  }
});

test('a maskable mark stays in the circle that launchers leave', () => {
  const pixels = drawMark(512, 0.56);
  for (let y = 0; y < 512; y++) {
    for (let x = 0; x < 512; x++) {
      const inked = pixels[(y * 512 + x) * 3] !== 255;
      if (inked) assert.ok(Math.hypot(x - 256, y - 256) < 0.4 * 512);
    }
  }
});

test('the icons of the repository are what the script draws', () => {
  assert.equal(readFileSync(inRoot('public', 'icons', 'icon.svg'), 'utf8'), markSvg());
  for (const [name, size, share] of ICONS) {
    const png = readFileSync(inRoot('public', 'icons', name));
    assert.ok(linesOf(png).equals(linesOf(encodePng(drawMark(size, share), size))), name); // packed otherwise by another zlib
  }
});
