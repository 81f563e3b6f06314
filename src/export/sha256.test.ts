import { expect, it } from 'vitest';
import { sha256 } from './sha256.ts';

// FIPS 180-4, example of one block.
it('gives the digest of the standard', async () => {
  expect(sha256(Uint8Array.from(new TextEncoder().encode('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
