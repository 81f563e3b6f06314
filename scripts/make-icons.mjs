/** `node scripts/make-icons.mjs`: draws the site's icons, the mark of the header in whole pixels, into public/icons. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import { inRoot } from './paths.mjs';

/** Two strands of three modules, five by six units each and one unit apart, in colours of the level map; as in brand-mark.tsx. */
const CELLS = ['213878', '2083b3', '50b6bd', '50b6bd', '254f91', '319dbb'];
const [CELL_WIDTH, CELL_HEIGHT, PITCH_X, PITCH_Y] = [5, 6, 6, 7];
const [MARK_WIDTH, MARK_HEIGHT] = [17, 13];
const BACKGROUND = 'ffffff';

const channels = (colour) => [0, 2, 4].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
const corner = (index) => [(index % 3) * PITCH_X, index < 3 ? 0 : PITCH_Y];

/** The mark as vectors, without a background. */
export function markSvg() {
  const cells = CELLS.map((colour, index) => {
    const [x, y] = corner(index);
    return `<path fill="#${colour}" d="M${x} ${y}h${CELL_WIDTH}v${CELL_HEIGHT}h-${CELL_WIDTH}z"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-0.5 -2.5 18 18">${cells.join('')}</svg>\n`;
}

/** Pixels of a square with the mark in its middle. `share`: of the side that the mark may take. */
export function drawMark(side, share) {
  const pixels = Buffer.alloc(side * side * 3);
  const fill = (left, top, width, height, colour) => {
    for (let y = top; y < top + height; y++) for (let x = left; x < left + width; x++) pixels.set(channels(colour), (y * side + x) * 3);
  };
  fill(0, 0, side, side, BACKGROUND);
  const unit = Math.floor((side * share) / MARK_WIDTH);
  const [left, top] = [Math.round((side - MARK_WIDTH * unit) / 2), Math.round((side - MARK_HEIGHT * unit) / 2)];
  for (const [index, colour] of CELLS.entries()) {
    const [x, y] = corner(index);
    fill(left + x * unit, top + y * unit, CELL_WIDTH * unit, CELL_HEIGHT * unit, colour);
  }
  return pixels;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** A PNG of square RGB pixels. */
export function encodePng(pixels, side) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2], 8); // bits a channel; RGB
  const row = side * 3;
  const lines = Buffer.alloc((row + 1) * side); // each line begins with its filter: none
  for (let y = 0; y < side; y++) pixels.copy(lines, y * (row + 1) + 1, y * row, (y + 1) * row);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(lines, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

/** Launchers cut a maskable icon to a circle of 80 %, so its mark is smaller. */
export const ICONS = [
  ['icon-192.png', 192, 0.86],
  ['icon-512.png', 512, 0.86],
  ['apple-touch-icon.png', 180, 0.72],
  ['maskable-512.png', 512, 0.56],
];

if (process.argv[1] === inRoot('scripts', 'make-icons.mjs')) {
  mkdirSync(inRoot('public', 'icons'), { recursive: true });
  writeFileSync(inRoot('public', 'icons', 'icon.svg'), markSvg());
  for (const [name, side, share] of ICONS) writeFileSync(inRoot('public', 'icons', name), encodePng(drawMark(side, share), side));
}
