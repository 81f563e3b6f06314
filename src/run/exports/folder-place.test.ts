import { describe, expect, it } from 'vitest';
import { formatIds } from '../../export/formats.ts';
import type { FormatId } from '../../export/formats.ts';
import { folderPlace } from './folder-place.ts';

const places = (formats: readonly FormatId[]) => formats.map((id) => folderPlace(id, formats));

describe('folderPlace', () => {
  it('puts ONNX, GGUF and the first irregular safetensors into the root, and other safetensors into folders of their own', () => {
    expect(places(['safetensors-padded-fp16', 'onnx-fp16', 'safetensors-bf16', 'safetensors-fp32', 'gguf-f16', 'onnx-gqa-q4'])).toEqual([
      'safetensors-padded-fp16/',
      '',
      '',
      'safetensors-fp32/',
      '',
      '',
    ]);
  });

  it('lets no two safetensors share a folder', () => {
    const taken = formatIds.filter((id) => id.startsWith('safetensors')).map((id) => folderPlace(id, formatIds));
    expect(new Set(taken).size).toBe(taken.length);
  });
});
