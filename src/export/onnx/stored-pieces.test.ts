import { describe, expect, it } from 'vitest';
import { collectBytes } from '../../base/lazy-bytes.ts';
import { irregularSpec, randomModel } from '../../model/plain-model.fixture.ts';
import { sourceOf } from './exported-file.fixture.ts';
import { fourBitPieces } from './stored-pieces.ts';

describe('fourBitPieces', () => {
  const name = 'model.layers.1.mlp.up_proj.weight';
  const pieces = () => fourBitPieces({ source: sourceOf(randomModel({ ...irregularSpec, hidden: 70 }, 1)), name, shape: [5, 70] }, 5, 70, 'float16');

  it('gives the same scales before its blocks, behind them, and behind some of them', async () => {
    const { packed, scales } = pieces();
    const first = await collectBytes(scales);
    expect(first).toHaveLength(5 * 3 * 2);
    expect(new Set(first).size).toBeGreaterThan(5);
    const blocks = await collectBytes(packed);
    expect(blocks).toHaveLength(5 * 3 * 16);
    expect(await collectBytes(scales)).toEqual(first);
    expect(await collectBytes(scales)).toEqual(first);
    for await (const piece of packed.pieces()) if (piece.byteLength > 0) break;
    expect(await collectBytes(scales)).toEqual(first);
    expect(await collectBytes(packed)).toEqual(blocks);
  });
});
