import { expect, test } from 'vitest';
import { collectBytes, presentBytes } from '../../base/lazy-bytes.ts';
import { ggufBytes } from './container.ts';
import type { GgufTensor, GgufValue } from './container.ts';

/** Bytes from hexadecimal digits; what is in brackets is text. */
const bytes = (notation: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(
    (notation.match(/\[[^\]]*\]|[0-9a-f]{2}/g) ?? []).flatMap((part) => (part.startsWith('[') ? [...new TextEncoder().encode(part.slice(1, -1))] : [Number.parseInt(part, 16)])),
  );

const zeros = (count: number): string => '00'.repeat(count);
const tensor = (name: string, type: GgufTensor['type'], shape: readonly number[], content: string): GgufTensor => ({ name, type, shape, content: presentBytes(bytes(content)) });

test('a file by hand: values of every type, two tensors, everything at its place', async () => {
  const metadata = new Map<string, GgufValue>([
    ['a', { type: 'uint32', value: 4_000_000_000 }],
    ['b', { type: 'float32', value: 1.5 }],
    ['c', { type: 'bool', value: true }],
    ['d', { type: 'string', value: 'é' }],
    ['e', { type: 'int32[]', value: [-2, 3] }],
    ['f', { type: 'float32[]', value: [-0.5] }],
    ['g', { type: 'string[]', value: ['x', ''] }],
  ]);
  const tensors = [tensor('t', 'F16', [3, 1], '003c 0040 00bc'), tensor('uv', 'F32', [1], '0000803f')];
  const header = bytes(`
    [GGUF] 03000000 0200000000000000 0700000000000000
    0100000000000000 [a] 04000000 00286bee
    0100000000000000 [b] 06000000 0000c03f
    0100000000000000 [c] 07000000 01
    0100000000000000 [d] 08000000 0200000000000000 c3a9
    0100000000000000 [e] 09000000 05000000 0200000000000000 feffffff 03000000
    0100000000000000 [f] 09000000 06000000 0100000000000000 000000bf
    0100000000000000 [g] 09000000 08000000 0200000000000000 0100000000000000 [x] 0000000000000000
    0100000000000000 [t] 02000000 0100000000000000 0300000000000000 01000000 0000000000000000
    0200000000000000 [uv] 01000000 0100000000000000 00000000 2000000000000000`);
  const data = bytes(`003c 0040 00bc ${zeros(26)} 0000803f ${zeros(28)}`);
  const padding = new Uint8Array((32 - (header.length % 32)) % 32);
  const file = ggufBytes(metadata, tensors);
  const whole = await collectBytes(file);
  expect(whole).toEqual(new Uint8Array([...header, ...padding, ...data]));
  expect(file.byteLength).toBe(whole.length);
});

test('long metadata is written whole', async () => {
  const values = Array.from({ length: 50_000 }, (_, index) => `token ${index}`);
  const file = await collectBytes(ggufBytes(new Map([['tokens', { type: 'string[]', value: values }]]), []));
  expect(file.length % 32).toBe(0);
  expect(new TextDecoder().decode(file.subarray(-64))).toContain('token 49999');
});
