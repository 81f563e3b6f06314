import { describe, expect, it } from 'vitest';
import type { DeviceLimits } from '../run/device-limits.ts';
import { bundledModel } from './bundled-model.ts';
import { initialModels, type ModelState } from './model-store.ts';
import { presetConfig } from './settings-store.ts';
import { textName, textPlace, withField } from './text-place.ts';
import { whyNotStart } from './why-not-start.ts';

const config = presetConfig('quick-look');
const explanation = { what: 'It is a Mamba.', means: 'm', remedy: 'r' };
const roomy: DeviceLimits = { backend: 'wasm', maxBindingBytes: 2 ** 31, available: { gpu: 0, memory: 4e9, storage: 4e9 }, lowerBounds: [], pruneWorkers: 2 };
const cramped: DeviceLimits = { ...roomy, available: { ...roomy.available, memory: 1e7 } };
const hub = { ...config, model: 'hub:owner/name@main' };

describe('whyNotStart', () => {
  it('lets the bundled model start at once, before and after the device is known', () => {
    expect(whyNotStart(config, initialModels, null)).toBeNull();
    expect(whyNotStart(config, initialModels, roomy)).toBeNull();
  });

  it('waits until the model was looked into, and says what is wrong with it', () => {
    const failed: ModelState = { ...initialModels, looks: new Map([[hub.model, { status: 'failed', explanation }]]) };
    expect(whyNotStart(hub, initialModels, roomy)).toBe('Looking into name…');
    expect(whyNotStart(hub, failed, roomy)).toBe('It is a Mamba.');
  });

  it('refuses what does not fit, with the reason', () => {
    expect(whyNotStart(config, initialModels, cramped)).toMatch(/^tales-6m does not fit in memory\. It needs .*memory/);
  });

  it('refuses a text that cannot be read, whatever its field', () => {
    const models: ModelState = { ...initialModels, texts: new Map([['local:a.jsonl', { status: 'failed', explanation }]]) };
    expect(whyNotStart({ ...config, texts: { ...config.texts, heldOut: 'local:a.jsonl#body' } }, models, roomy)).toBe('The held-out text: It is a Mamba.');
  });

  it('knows the bundled model', () => expect(config.model).toBe(bundledModel.id));
});

describe('a text', () => {
  it('is looked into without its field', () => {
    expect(textPlace('url:https://host/a%20b.jsonl#te%20xt')).toBe('url:https://host/a%20b.jsonl');
    expect(withField('local:a.jsonl', 'b#c')).toBe('local:a.jsonl#b%23c');
    expect(withField('local:a.jsonl#x', null)).toBe('local:a.jsonl');
  });

  it('is called by its file', () => {
    expect(['tales', 'local:a.txt', 'url:https://host/x/a%20b.txt', 'url:https://host/%zz', 'url:https://host/'].map(textName)).toEqual(['tales', 'a.txt', 'a b.txt', '%zz', 'host']);
  });
});
