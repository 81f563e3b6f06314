import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectedTensors } from '../model/expected-tensors.ts';
import { specOfConfig } from '../model/read-config.ts';

/** Ends every id; smaller than any vocabulary here. */
const tokenizer = { added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, model: { type: 'BPE', vocab: { a: 0, b: 1 }, merges: [] } };

/**
 * A model's folder whose weights are bfloat16 zeros that take no room on the disk: the header is a real one, and the file
 * has its full length. Returns the bytes of the weights.
 */
export async function writeSparseCheckpoint(folder: string, config: Readonly<Record<string, unknown>>): Promise<number> {
  let offset = 0;
  const header: Record<string, object> = {};
  for (const [name, shape] of expectedTensors(specOfConfig(config))) {
    const end = offset + 2 * shape.reduce((product, size) => product * size, 1);
    header[name] = { dtype: 'BF16', shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
  await writeFile(join(folder, 'tokenizer_config.json'), '{}');
  const file = await open(join(folder, 'model.safetensors'), 'w');
  try {
    await file.write(new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer));
    await file.write(text);
    await file.truncate(8 + text.length + offset);
  } finally {
    await file.close();
  }
  return offset;
}
