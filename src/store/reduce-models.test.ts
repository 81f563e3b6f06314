import { describe, expect, it } from 'vitest';
import { bundledModel } from './bundled-model.ts';
import { initialModels, knownModel, type ModelState } from './model-store.ts';
import { endModels, isModelMessage, markHere, reduceModels, withEntry, type ModelMessage } from './reduce-models.ts';

const hub = 'hub:owner/name@main';
const inspection = { ...bundledModel.inspection, here: false };
const explanation = { what: 'w', means: 'm', remedy: 'r' };

const after = (state: ModelState, ...messages: readonly ModelMessage[]): ModelState =>
  messages.reduce<ModelState>((before, message) => ({ ...before, ...reduceModels(before, message) }), state);
const looking: ModelState = { ...initialModels, looks: withEntry(initialModels.looks, hub, { status: 'looking' }) };

describe('reduceModels', () => {
  it('knows the bundled model without being told', () => {
    expect(knownModel(initialModels, bundledModel.id)).toBe(bundledModel.inspection);
    expect(knownModel(initialModels, hub)).toBeNull();
  });

  it('takes in what was found, and never writes to the state before', () => {
    const now = after(looking, { type: 'inspected', model: hub, inspection });
    expect(knownModel(now, hub)).toEqual(inspection);
    expect(looking.looks.get(hub)).toEqual({ status: 'looking' });
  });

  it('fails only what is being looked into', () => {
    expect(after(looking, { type: 'inspect-failed', subject: hub, explanation }).looks.get(hub)).toEqual({ status: 'failed', explanation });
    const stranger = after(looking, { type: 'inspect-failed', subject: bundledModel.id, explanation });
    expect(stranger).toEqual(looking);
  });

  it('fails a text under the name that it was asked for by', () => {
    const asked: ModelState = { ...initialModels, texts: withEntry(initialModels.texts, 'local:a.txt', { status: 'looking' }) };
    const now = after(asked, { type: 'inspect-failed', subject: 'local:a.txt', explanation });
    expect(now.texts.get('local:a.txt')).toEqual({ status: 'failed', explanation });
    expect(now.looks).toBe(asked.looks);
  });

  it('knows a model as here once it was downloaded', () => {
    const found = after(looking, { type: 'inspected', model: hub, inspection });
    const half = after(found, { type: 'download', model: hub, download: { status: 'stopped', done: 5, total: 10, explanation: null } });
    expect(knownModel(half, hub)?.here).toBe(false);
    const whole = after(half, { type: 'download', model: hub, download: { status: 'done', total: 10 } });
    expect(knownModel(whole, hub)?.here).toBe(true);
    expect(markHere(whole.looks, hub, false).get(hub)).toEqual({ status: 'known', inspection });
  });

  it('keeps what is stored', () => {
    const stored = { models: [{ model: hub, bytes: 5, total: 10, complete: false, licence: null, storedAt: '2026-01-01' }], usage: 5, quota: 100 };
    expect(after(initialModels, { type: 'stored', ...stored }).stored).toEqual(stored);
  });

  it('ends what is under way when the engine breaks down, and nothing else', () => {
    const running = { status: 'running', done: 3, total: 10, bytesPerSecond: 1, secondsLeft: 7, file: 'a' } as const;
    const busy = after(looking, { type: 'download', model: hub, download: running });
    const ended = endModels(busy, explanation);
    expect(ended.looks?.get(hub)).toEqual({ status: 'failed', explanation });
    expect(ended.looks?.get(bundledModel.id)).toEqual(initialModels.looks.get(bundledModel.id));
    expect(ended.downloads?.get(hub)).toEqual({ status: 'stopped', done: 3, total: 10, explanation });
  });

  it('leaves other messages to others', () => {
    expect(isModelMessage({ type: 'status', status: 'idle' })).toBe(false);
    expect(isModelMessage({ type: 'inspected', model: hub, inspection })).toBe(true);
  });
});
