import { beforeEach, describe, expect, it } from 'vitest';
import type { EngineClient } from '../worker/engine-client.ts';
import type { EngineCommand, EngineMessage } from '../worker/protocol.ts';
import { Engine } from './engine.ts';
import { engineStore, idleEngine } from './run-store.ts';
import { eventsToExport } from './run.fixture.ts';
import { presetConfig } from './settings-store.ts';

function connected() {
  const sent: EngineCommand[] = [];
  let say: (message: EngineMessage) => void = () => undefined;
  const client: EngineClient = {
    send: (command) => void sent.push(command),
    restart: () => undefined,
    subscribe: (listener) => {
      say = listener;
      return () => undefined;
    },
  };
  const engine = new Engine(client);
  return { sent, engine, say: (message: EngineMessage) => say(message) };
}

const exporting = () => engineStore.getState().exporting;
const explanation = { what: 'The storage is full.', means: 'm', remedy: 'r' };
const entry = { path: 'config.json', size: 2, sha256: 'ab', stored: 'exports/config.json' };

describe('exports', () => {
  beforeEach(() => engineStore.setState(idleEngine, true));

  it('are under way from the command to the end, and have taken in the event that came before it', async () => {
    const { engine, say, sent } = connected();
    const end = engine.exports.exportFormats(['onnx-fp16'], true);
    expect(sent).toEqual([{ type: 'export', formats: ['onnx-fp16'], externalData: true }]);
    expect(exporting()).toMatchObject({ purpose: 'formats', progress: null, cancelling: false });
    say({ type: 'export-progress', format: 'onnx-fp16', step: 'preparing', done: 4, total: 10 });
    expect(exporting()?.progress).toEqual({ format: 'onnx-fp16', step: 'preparing', done: 4, total: 10 });
    say({ type: 'events', events: eventsToExport });
    say({ type: 'exports-done' });
    await expect(end).resolves.toEqual({ status: 'done', folder: null });
    expect(exporting()).toBeNull();
    expect(engineStore.getState().run.exports.written['onnx-fp32']?.files).toHaveLength(1);
  });

  it('end with the folder where one was asked for', async () => {
    const { engine, say, sent } = connected();
    const formats = ['onnx-fp16', 'safetensors-bf16'] as const;
    const end = engine.exports.exportFolder(formats, true);
    expect(sent).toEqual([{ type: 'export', formats, externalData: true }]);
    say({ type: 'exports-done' });
    expect(sent.slice(1)).toMatchObject([{ type: 'export-folder', formats }]);
    expect(exporting()).toMatchObject({ purpose: 'folder' });
    say({ type: 'folder', name: 'tiny-pruned', files: [entry] });
    await expect(end).resolves.toEqual({ status: 'done', folder: { name: 'tiny-pruned', files: [entry] } });
  });

  it('have every event in the folder, those of its own formats too and what the page does not show yet', async () => {
    const { engine, say, sent } = connected();
    void engine.exports.exportFolder(['onnx-fp16'], false);
    for (const event of eventsToExport) say({ type: 'events', events: [event] }); // faster than the page is redrawn
    say({ type: 'exports-done' });
    const log = sent[1]?.type === 'export-folder' ? sent[1].log : null;
    await expect(log?.text()).resolves.toBe(eventsToExport.map((event) => `${JSON.stringify(event)}\n`).join(''));
  });

  it('go on until the engine has given them up, and one at a time', async () => {
    const { engine, say, sent } = connected();
    const end = engine.exports.exportFormats(['onnx-fp16'], false);
    await expect(engine.exports.exportFolder([], false)).resolves.toMatchObject({ status: 'stopped', explanation: { what: 'Another export is under way.' } });
    engine.exports.cancelExport();
    expect(exporting()?.cancelling).toBe(true);
    say({ type: 'export-stopped', explanation: null });
    await expect(end).resolves.toEqual({ status: 'stopped', explanation: null });
    engine.exports.cancelExport();
    expect(sent.map(({ type }) => type)).toEqual(['export', 'cancel-export']);
  });

  it('write no folder that was given up while its last format was finished', async () => {
    const { engine, say, sent } = connected();
    const end = engine.exports.exportFolder(['onnx-fp16'], false);
    engine.exports.cancelExport();
    say({ type: 'exports-done' });
    await expect(end).resolves.toEqual({ status: 'stopped', explanation: null });
    const formats = engine.exports.exportFormats(['onnx-fp16'], false);
    say({ type: 'exports-done' });
    await expect(formats).resolves.toEqual({ status: 'done', folder: null });
    expect(sent.map(({ type }) => type)).toEqual(['export', 'cancel-export', 'export']);
  });

  it('tell why they failed, and can be tried again', async () => {
    const { engine, say } = connected();
    const end = engine.exports.exportFormats(['onnx-fp16'], false);
    say({ type: 'export-stopped', explanation });
    await expect(end).resolves.toEqual({ status: 'stopped', explanation });
    const again = engine.exports.exportFormats(['onnx-fp16'], false);
    say({ type: 'exports-done' });
    await expect(again).resolves.toEqual({ status: 'done', folder: null });
  });

  it('end when the engine breaks down, and when another run begins or this one is forgotten', async () => {
    const { engine, say } = connected();
    const [broken, file] = [engine.exports.exportFormats(['onnx-fp16'], false), engine.exports.fetchFile('a')];
    say({ type: 'broken', explanation });
    await expect(broken).resolves.toEqual({ status: 'stopped', explanation });
    await expect(file).resolves.toBeNull();
    const replaced = engine.exports.exportFolder([], false);
    engine.start(presetConfig('quick-look'));
    await expect(replaced).resolves.toEqual({ status: 'stopped', explanation: null });
    const forgotten = engine.exports.exportFolder([], false);
    engine.cancel();
    await expect(forgotten).resolves.toEqual({ status: 'stopped', explanation: null });
    expect(engineStore.getState()).toMatchObject({ exporting: null, run: { exports: { offers: [], written: {} } } });
  });

  it('ignore what the engine still says of an export that nobody waits for', () => {
    const { say } = connected();
    say({ type: 'export-progress', format: 'onnx-fp16', step: 'checking', done: 1, total: 2 });
    say({ type: 'exports-done' });
    expect(exporting()).toBeNull();
  });

  it('hand a file to all who asked for it, or null where it is gone', async () => {
    const { engine, say, sent } = connected();
    const blob = new Blob(['content']);
    const asked = ['there', 'there', 'gone'].map((path) => engine.exports.fetchFile(path));
    asked.push(engine.exports.fetchExported('onnx-fp16', 'onnx/model_fp16.onnx'));
    expect(sent).toHaveLength(3);
    say({ type: 'file-missing', path: 'gone' });
    say({ type: 'file', path: 'there', blob });
    say({ type: 'file', path: 'onnx-fp16/onnx/model_fp16.onnx', blob });
    await expect(Promise.all(asked)).resolves.toEqual([blob, blob, null, blob]);
  });
});
