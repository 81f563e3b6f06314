import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WrittenFile } from '../write-file.ts';
import { checkManifest, manifest, ManifestInvalidError } from './manifest.ts';

const hash = (digit: string): string => digit.repeat(64);
const files: readonly WrittenFile[] = [
  { path: 'onnx/model.onnx', size: 10, sha256: hash('a') },
  { path: 'config.json', size: 2, sha256: hash('0') },
];

const fileArbitrary: fc.Arbitrary<WrittenFile> = fc.record({
  path: fc.string({ minLength: 1 }),
  size: fc.maxSafeNat(),
  sha256: fc.integer({ min: 0, max: 15 }).map((digit) => hash(digit.toString(16))),
});

describe('a manifest', () => {
  it('is sorted, and the same however the files came', () => {
    expect(manifest(files)).toBe(manifest([...files].reverse()));
    expect(JSON.parse(manifest(files))).toEqual({ version: 1, generator: 'DarwinLM Web', files: [files[1], files[0]] });
  });

  it('finds nothing wrong with what was written, with whatever else lies there, and with hashes that were not read', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fileArbitrary, { selector: ({ path }) => path }), (written) => {
        expect(checkManifest(manifest(written), [...written, { path: '', size: 1, sha256: null }])).toEqual([]);
        expect(checkManifest(manifest(written), written.map((file) => ({ ...file, sha256: null })))).toEqual([]);
      }),
    );
  });

  it.each([
    ['a missing file', files.slice(1), ['onnx/model.onnx is missing']],
    ['a truncated file', [{ ...files[0]!, size: 9 }, files[1]!], ['onnx/model.onnx has 9 bytes and not 10']],
    ['other content', [{ ...files[0]!, sha256: hash('b') }, files[1]!], ['onnx/model.onnx has other content than was written']],
    ['nothing there', [], ['config.json is missing', 'onnx/model.onnx is missing']],
  ])('tells of %s', (_, found, faults) => {
    expect(checkManifest(manifest(files), found)).toEqual(faults);
  });

  it('cut off anywhere is none', () => {
    const text = manifest(files);
    for (let end = 0; end < text.length - 2; end++) expect(() => checkManifest(text.slice(0, end), files)).toThrow(ManifestInvalidError);
  });

  it.each(['{}', '{"version":2,"files":[]}', '{"version":1,"files":[{"path":"a","size":-1,"sha256":""}]}', '{"version":1,"files":[[[[]]]]}'])('is not %s', (text) => {
    expect(() => checkManifest(text, [])).toThrow(ManifestInvalidError);
  });
});
