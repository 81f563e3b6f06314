import { describe, expect, it } from 'vitest';
import { formatModelRef, modelName, ModelRefError, parseModelRef } from './model-ref.ts';

describe('parseModelRef', () => {
  it.each([
    ['tales-6m', { kind: 'bundled', id: 'tales-6m' }, 'tales-6m'],
    ['hub:HuggingFaceTB/SmolLM2-135M@main', { kind: 'hub', id: 'HuggingFaceTB/SmolLM2-135M', revision: 'main' }, 'SmolLM2-135M'],
    ['hub:a/b@refs/pr/1', { kind: 'hub', id: 'a/b', revision: 'refs/pr/1' }, 'b'],
    ['url:https://host/models/one/', { kind: 'url', base: 'https://host/models/one/' }, 'one'],
    ['local:my model', { kind: 'local', name: 'my model' }, 'my model'],
  ])('%s, there and back', (text, ref, name) => {
    expect(parseModelRef(text)).toEqual(ref);
    expect(formatModelRef(parseModelRef(text))).toBe(text);
    expect(modelName(text)).toBe(name);
  });

  it('takes main for the revision that is not named', () => {
    expect(parseModelRef('hub:a/b')).toEqual({ kind: 'hub', id: 'a/b', revision: 'main' });
  });

  it.each(['', '..', 'a/b', 'hub:name', 'hub:../x@main', 'hub:a/..@main', 'hub:a/b@../..', 'hub:a/b/c', 'url:file:///etc/passwd', 'url:https://user:secret@host/', 'url:nonsense', `url:https://host/${'x'.repeat(2048)}`])(
    'refuses %j',
    (text) => {
      expect(() => parseModelRef(text)).toThrow(ModelRefError);
    },
  );
});
