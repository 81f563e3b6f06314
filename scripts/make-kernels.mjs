/** `node scripts/make-kernels.mjs`: assembles the kernels of the greedy pass into the module that is committed and loaded. */
import { readFileSync, writeFileSync } from 'node:fs';
import wabt from 'wabt';
import { inRoot } from './paths.mjs';

const SOURCE = inRoot('src', 'pruning', 'simd', 'kernels.wat');
export const TARGET = inRoot('src', 'pruning', 'simd', 'kernels-binary.ts');

/** The text of the module: the assembled bytes in base64, which every browser and Node can load without a request. */
export async function kernelsModule() {
  const { parseWat } = await wabt();
  const module = parseWat('kernels.wat', readFileSync(SOURCE, 'utf8'), { simd: true, relaxed_simd: false });
  module.validate();
  const bytes = Buffer.from(module.toBinary({ write_debug_names: false }).buffer);
  module.destroy();
  const lines = bytes.toString('base64').match(/.{1,120}/g) ?? [];
  return [
    '/** kernels.wat, assembled by scripts/make-kernels.mjs; a test holds the two together. */',
    'export const kernelsBinary =',
    lines.map((line) => `  '${line}'`).join(' +\n') + ';',
    '',
  ].join('\n');
}

if (process.argv[1] === inRoot('scripts', 'make-kernels.mjs')) writeFileSync(TARGET, await kernelsModule());
