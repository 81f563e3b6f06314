import { beforeEach, describe, expect, it } from 'vitest';
import type { FolderFile } from './folder-file.ts';
import { removePrivateFiles, writePrivateFile } from './private-file.ts';
import { writeFolder } from './write-folder.ts';

const file = (path: string, content: string): FolderFile => ({ path, size: content.length, open: async () => new Blob([content]) });
const gone = (path: string): FolderFile => ({ path, size: 1, open: () => Promise.reject(new Error(`${path} is gone`)) });
const signal = () => new AbortController().signal;

/** Everything below a folder, by path; folders that hold nothing end with a slash. */
async function list(folder: FileSystemDirectoryHandle, prefix = ''): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const [name, handle] of folder.entries()) {
    if (handle instanceof FileSystemFileHandle) {
      found[prefix + name] = await (await handle.getFile()).text();
      continue;
    }
    const inside = handle instanceof FileSystemDirectoryHandle ? await list(handle, `${prefix}${name}/`) : {};
    Object.assign(found, Object.keys(inside).length === 0 ? { [`${prefix}${name}/`]: '' } : inside);
  }
  return found;
}

/** Gives a piece every few milliseconds and never ends. */
const endless = (): ReadableStream<Uint8Array> =>
  new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      controller.enqueue(new Uint8Array(1000));
    },
  });

// The private file system stands for the disk: the browser's handles are the same, without a picker that a test cannot answer.
describe.skipIf(typeof FileSystemFileHandle === 'undefined')('files that are saved', () => {
  let root: FileSystemDirectoryHandle;
  beforeEach(async () => {
    const top = await navigator.storage.getDirectory();
    await top.removeEntry('saved', { recursive: true }).catch(() => undefined);
    root = await top.getDirectoryHandle('saved', { create: true });
  });

  it('a folder is written file by file, with its folders, and tells how far it is', async () => {
    const heard: number[] = [];
    const files = [file('config.json', '{}'), file('onnx/model.onnx', 'weights'), file('manifest.json', '[]')];
    await writeFolder(root, 'model', files, { signal: signal(), onProgress: (done, total) => heard.push(done, total) });
    expect(await list(root)).toEqual({ 'model/config.json': '{}', 'model/onnx/model.onnx': 'weights', 'model/manifest.json': '[]' });
    expect(heard).toEqual([2, 11, 9, 11, 11, 11]);
  });

  it('a folder that could not be written whole leaves nothing of itself, and all that was there beside it', async () => {
    await writeFolder(root, 'model', [file('notes/mine.txt', 'mine'), file('manifest.json', 'old')], { signal: signal() });
    const files = [file('config.json', '{}'), file('onnx/model.onnx', 'weights'), gone('tokenizer.json'), file('manifest.json', 'new')];
    await expect(writeFolder(root, 'model', files, { signal: signal() })).rejects.toThrow('tokenizer.json is gone');
    expect(await list(root)).toEqual({ 'model/notes/mine.txt': 'mine' });
    await expect(writeFolder(root, 'other', files, { signal: signal() })).rejects.toThrow('gone');
    expect(await list(root)).toEqual({ 'model/notes/mine.txt': 'mine' });
  });

  it('a folder that is cancelled leaves nothing', async () => {
    const controller = new AbortController();
    const endlessFile: FolderFile = { path: 'onnx/model.onnx', size: 0, open: async () => Object.assign(new Blob([]), { stream: endless }) };
    const writing = writeFolder(root, 'model', [file('config.json', '{}'), endlessFile], { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('cancelled')), 30);
    await expect(writing).rejects.toThrow('cancelled');
    expect(await list(root)).toEqual({});
  });

  it('a private file is on the disk when it is whole, and gone when it is not', async () => {
    const top = await navigator.storage.getDirectory();
    const written = await writePrivateFile('a.zip', new Blob(['content']).stream(), signal());
    expect([written.name, await written.text()]).toEqual(['a.zip', 'content']);
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('cancelled')), 30);
    await expect(writePrivateFile('b.zip', endless(), controller.signal)).rejects.toThrow('cancelled');
    await expect(top.getDirectoryHandle('downloads')).rejects.toMatchObject({ name: 'NotFoundError' });
    await writePrivateFile('c.zip', new Blob(['content']).stream(), signal());
    await removePrivateFiles();
    await expect(top.getDirectoryHandle('downloads')).rejects.toMatchObject({ name: 'NotFoundError' });
  });
});
