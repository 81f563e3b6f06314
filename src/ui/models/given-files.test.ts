import { describe, expect, it } from 'vitest';
import { fromInput, nameFor } from './given-files.ts';

/** A file as an input with `webkitdirectory` gives it; Node's own files have no such path. */
function file(path: string): File {
  const made = new File(['x'], path.split('/').at(-1) ?? path);
  return Object.defineProperty(made, 'webkitRelativePath', { value: path.includes('/') ? path : '' });
}

const paths = (given: ReturnType<typeof fromInput>) => given?.files.map((each) => each.path);

describe('given files', () => {
  it('are called by their folder, with paths inside of it', () => {
    const given = fromInput([file('SmolLM/config.json'), file('SmolLM/onnx/model.onnx')]);
    expect(given?.name).toBe('SmolLM');
    expect(paths(given)).toEqual(['config.json', 'onnx/model.onnx']);
  });

  it('are called by the weights where there is no folder', () => {
    expect(fromInput([file('config.json'), file('model.safetensors')])?.name).toBe('model.safetensors');
    expect(fromInput([file('a.txt')])?.name).toBe('a.txt');
  });

  it('leave out what is hidden, and are nothing where nothing is left', () => {
    expect(paths(fromInput([file('m/.git/HEAD'), file('m/.DS_Store'), file('m/config.json')]))).toEqual(['config.json']);
    expect(fromInput([file('m/.DS_Store')])).toBeNull();
    expect(fromInput([])).toBeNull();
  });

  it('are bounded in number', () => {
    expect(fromInput(Array.from({ length: 2000 }, (_, index) => file(`m/${index}`)))?.files).toHaveLength(500);
  });

  it('have a name that a ref can hold', () => {
    expect(nameFor('a#b\n.jsonl')).toBe('a_b_.jsonl');
    expect(nameFor('  ')).toBe('files');
    expect(nameFor('x'.repeat(500))).toHaveLength(120);
  });
});
