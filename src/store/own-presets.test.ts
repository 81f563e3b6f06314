import * as fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { parseRunConfig } from '../run/parse-config.ts';
import { deletePreset, differsFromOwn, mostPresets, ownPresetsStore, readPresets, renamePreset, restorePreset, savePreset, whyNotNamed, withOwnPreset } from './own-presets.ts';
import { presetConfig } from './settings-store.ts';

const config = parseRunConfig({ ...presetConfig('standard'), seed: 9, model: 'hub:a/b@main', target: { speedup: 1.5, measure: 'decode' }, levels: 7 });
const presets = () => ownPresetsStore.getState().presets;
const names = () => presets().map(({ name }) => name);

beforeEach(() => ownPresetsStore.setState({ presets: [], unread: [], deleted: null }));

describe('own presets', () => {
  it('hold the settings, and leave model, texts, device and seed alone', () => {
    savePreset('  fast ', config);
    const other = parseRunConfig({ version: 1, seed: 3, texts: { training: 'tales-heldout' } });
    const [preset] = presets();
    if (!preset) throw new Error('it was saved');
    const used = withOwnPreset(other, preset);
    expect(names()).toEqual(['fast']);
    expect(used).toEqual({ ...config, model: other.model, texts: other.texts, backend: other.backend, seed: 3 });
    expect(differsFromOwn(used, preset)).toBe(false);
    expect(differsFromOwn({ ...used, seed: 4 }, preset)).toBe(false);
    expect(differsFromOwn({ ...used, levels: 8 }, preset)).toBe(true);
  });

  it('are renamed, deleted, and brought back where they were', () => {
    for (const name of ['a', 'b', 'c']) savePreset(name, config);
    renamePreset('b', 'B');
    deletePreset('B');
    expect(names()).toEqual(['a', 'c']);
    restorePreset();
    expect(names()).toEqual(['a', 'B', 'c']);
    restorePreset();
    deletePreset('nobody');
    expect(names()).toEqual(['a', 'B', 'c']);
  });

  it('need a name of their own', () => {
    savePreset('mine', config);
    expect(whyNotNamed(' ', presets())).toMatch(/name/);
    expect(whyNotNamed(' mine ', presets())).toMatch(/taken/);
    expect(whyNotNamed('mine', presets(), 'mine')).toBeNull();
    expect(whyNotNamed('x'.repeat(41), presets())).toMatch(/40/);
    for (let index = 1; index < mostPresets; index++) savePreset(`preset ${index}`, config);
    expect(whyNotNamed('one more', presets())).toMatch(/24/);
    expect(whyNotNamed('another name', presets(), 'mine')).toBeNull();
  });

  it('come back from the storage as they were put there', () => {
    savePreset('one', config);
    savePreset('two', presetConfig('paper'));
    expect(readPresets(JSON.stringify(presets()))).toEqual({ presets: presets(), unread: [] });
    expect(readPresets(null)).toEqual({ presets: [], unread: [] });
  });

  it('are each checked, and what is none is counted', () => {
    savePreset('good', config);
    const [good] = presets();
    const bad = [{ name: 'x' }, { name: '', settings: {} }, { ...good, name: 'y', settings: { ...good?.settings, levels: 1e9 } }, null, good];
    expect(readPresets(JSON.stringify([good, ...bad]))).toEqual({ presets: [good], unread: bad });
    expect(readPresets('{"__proto__":1}').unread).toHaveLength(1);
  });

  it('that cannot be read stay in the storage, behind those that are saved', () => {
    const stored = new Map<string, string>();
    vi.stubGlobal('localStorage', { setItem: (key: string, value: string) => void stored.set(key, value) });
    const ofTheFuture = { name: 'later', settings: { levels: 10, colour: 'red' } };
    ownPresetsStore.setState(readPresets(JSON.stringify([ofTheFuture, 7])));
    savePreset('mine', config);
    expect(JSON.parse(stored.get('own-presets') ?? '')).toEqual([presets()[0], ofTheFuture, 7]);
    deletePreset('mine');
    expect(JSON.parse(stored.get('own-presets') ?? '')).toEqual([ofTheFuture, 7]);
    ownPresetsStore.setState(readPresets('no JSON at all'));
    savePreset('mine', config);
    expect(readPresets(stored.get('own-presets') ?? '')).toEqual({ presets: presets(), unread: ['no JSON at all'] });
    vi.unstubAllGlobals();
  });

  it('never throw, whatever the storage holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(readPresets(text).presets).toEqual([]);
      }),
    );
  });
});
