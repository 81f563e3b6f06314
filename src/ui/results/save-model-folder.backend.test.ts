import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ExportCommands } from '../../store/export-commands.ts';
import type { EngineCommand } from '../../worker/protocol.ts';
import type { SaveState } from './export-words.ts';
import { saveIntoFolder, saveZip, type FolderListeners } from './save-model-folder.ts';

const contents: Readonly<Record<string, Blob>> = { 'config.json': new Blob(['{}']), 'onnx/model.onnx': new Blob([new Uint8Array(300_000).fill(7)]), 'manifest.json': new Blob(['[]']) };
const files = Object.entries(contents).map(([path, { size }]) => ({ path, size, sha256: 'ab', stored: `stored/${path}` }));

/** An engine that has the folder at once. `missing`: a file that it has lost; `silent`: it never answers for that file. */
function engine({ missing = '', silent = '' } = {}): ExportCommands {
  const answer = (command: EngineCommand): void => {
    if (command.type === 'export') return commands.receive({ type: 'exports-done' });
    if (command.type === 'export-folder') return commands.receive({ type: 'folder', name: 'tiny-pruned', files });
    if (command.type !== 'fetch-file') return;
    const path = command.path.replace('stored/', '');
    const blob = contents[path];
    if (path === silent) return;
    commands.receive(blob && path !== missing ? { type: 'file', path: command.path, blob } : { type: 'file-missing', path: command.path });
  };
  const commands = new ExportCommands((command) => setTimeout(() => answer(command), 0), () => new Blob([]));
  return commands;
}

const request = { name: 'tiny-pruned', formats: ['onnx-fp32'], externalData: false } as const;

function listen(signal = new AbortController().signal): { listeners: FolderListeners; steps: string[] } {
  const steps: string[] = [];
  const onState = ({ step }: SaveState): void => void (steps.at(-1) !== step && steps.push(step));
  return { listeners: { signal, onState, onFolder: () => undefined }, steps };
}

const names = async (folder: FileSystemDirectoryHandle): Promise<string[]> => {
  const found: string[] = [];
  for await (const name of folder.keys()) found.push(name);
  return found.sort();
};

// A test cannot answer a picker; the private file system's handles stand for what would be picked.
describe.skipIf(typeof FileSystemFileHandle === 'undefined')('saving the model folder', () => {
  let picked: FileSystemDirectoryHandle;
  let top: FileSystemDirectoryHandle;
  beforeEach(async () => {
    top = await navigator.storage.getDirectory();
    await top.removeEntry('picked', { recursive: true }).catch(() => undefined);
    picked = await top.getDirectoryHandle('picked', { create: true });
    vi.stubGlobal('showSaveFilePicker', () => picked.getFileHandle('a.zip', { create: true }));
    vi.stubGlobal('showDirectoryPicker', async () => picked);
  });
  afterEach(() => void vi.unstubAllGlobals());

  it('writes a ZIP where the reader said', async () => {
    const { listeners, steps } = listen();
    await expect(saveZip(engine(), request, listeners)).resolves.toEqual({ step: 'saved', names: ['a.zip'] });
    expect(steps).toEqual(['preparing', 'saving']);
    const zip = await (await picked.getFileHandle('a.zip')).getFile();
    expect(zip.size).toBeGreaterThan(300_004);
    expect(new Uint8Array(await zip.slice(0, 4).arrayBuffer())).toEqual(Uint8Array.of(0x50, 0x4b, 3, 4));
  });

  it('puts a ZIP together on the disk where there is no picker', async () => {
    vi.stubGlobal('showSaveFilePicker', undefined);
    await expect(saveZip(engine(), request, listen().listeners)).resolves.toEqual({ step: 'saved', names: ['tiny-pruned.zip'] });
    const zip = await (await (await top.getDirectoryHandle('downloads')).getFileHandle('tiny-pruned.zip')).getFile();
    expect(zip.size).toBeGreaterThan(300_004);
  });

  it('leaves no file of a ZIP that failed or was cancelled, and keeps one that was there before', async () => {
    await expect(saveZip(engine({ missing: 'manifest.json' }), request, listen().listeners)).resolves.toMatchObject({ step: 'failed', explanation: { what: 'The engine no longer has manifest.json.' } });
    expect(await names(picked)).toEqual([]);
    const old = await (await picked.getFileHandle('a.zip', { create: true })).createWritable();
    await old.write('old');
    await old.close();
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    await expect(saveZip(engine({ silent: 'manifest.json' }), request, listen(controller.signal).listeners)).resolves.toEqual({ step: 'cancelled' });
    expect(await (await (await picked.getFileHandle('a.zip')).getFile()).text()).toBe('old');
  });

  it('writes a folder, and none where a file is gone', async () => {
    await expect(saveIntoFolder(engine({ missing: 'onnx/model.onnx' }), request, listen().listeners)).resolves.toMatchObject({ step: 'failed' });
    expect(await names(picked)).toEqual([]);
    await expect(saveIntoFolder(engine(), request, listen().listeners)).resolves.toEqual({ step: 'saved', names: ['picked/tiny-pruned'] });
    expect(await names(await picked.getDirectoryHandle('tiny-pruned'))).toEqual(['config.json', 'manifest.json', 'onnx']);
  });

  it('does nothing where the reader picks nothing', async () => {
    const closed = () => Promise.reject(new DOMException('closed', 'AbortError'));
    vi.stubGlobal('showSaveFilePicker', closed);
    vi.stubGlobal('showDirectoryPicker', closed);
    const { listeners, steps } = listen();
    await expect(saveZip(engine(), request, listeners)).resolves.toEqual({ step: 'ready' });
    await expect(saveIntoFolder(engine(), request, listeners)).resolves.toEqual({ step: 'ready' });
    expect(steps).toEqual([]);
  });
});
