import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FolderFile } from './folder-file.ts';
import { zipFolder } from './zip-folder.ts';

const file = (path: string, content: Uint8Array<ArrayBuffer>, size = content.byteLength): FolderFile => ({ path, size, open: async () => new Blob([content]) });
const text = (path: string, content: string): FolderFile => file(path, new TextEncoder().encode(content));

async function read(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Entries of a ZIP by its central directory (APPNOTE 4.3.12, 4.3.16), their content from behind their local headers. */
function unzip(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.byteLength - 22;
  expect(view.getUint32(end, true)).toBe(0x06054b50);
  let at = view.getUint32(end + 16, true);
  return Array.from({ length: view.getUint16(end + 10, true) }, () => {
    expect(view.getUint32(at, true)).toBe(0x02014b50);
    const [size, nameLength, extra] = [view.getUint32(at + 24, true), view.getUint16(at + 28, true), view.getUint16(at + 30, true)];
    const local = view.getUint32(at + 42, true);
    expect(view.getUint32(local, true)).toBe(0x04034b50);
    expect(view.getUint16(at + 10, true), 'stored').toBe(0);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const entry = {
      path: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength)),
      content: bytes.slice(start, start + size),
      crc: view.getUint32(at + 16, true),
      date: view.getUint16(at + 14, true),
      utf8: (view.getUint16(at + 8, true) & 0x800) !== 0,
    };
    at += 46 + nameLength + extra;
    return entry;
  });
}

describe('zipFolder', () => {
  it('holds every file in one folder, with its checksum, and has the size that it told', async () => {
    const anyFile = fc.record({ path: fc.stringMatching(/^[a-z]{1,8}(\/[a-zé]{1,8})?$/), content: fc.uint8Array({ maxLength: 300 }) });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(anyFile, { selector: ({ path }) => path, maxLength: 6 }), async (files) => {
        const heard: number[] = [];
        const { stream, total } = zipFolder('model', files.map(({ path, content }) => file(path, content.slice())), (done) => heard.push(done));
        const bytes = await read(stream);
        expect(bytes.byteLength).toBe(total);
        expect(heard.at(-1)).toBe(total);
        const entries = unzip(bytes);
        expect(entries.map(({ path, content }) => [path, content])).toEqual(files.map(({ path, content }) => [`model/${path}`, content]));
        for (const { content, crc, utf8 } of entries) {
          expect(crc).toBe(crc32(content));
          expect(utf8).toBe(true);
        }
      }),
    );
  });

  it('is the same whenever it is made', async () => {
    const make = () => read(zipFolder('m', [text('a.txt', 'content')]).stream);
    expect(await make()).toEqual(await make());
    expect(unzip(await make()).map(({ date }) => date)).toEqual([(0 << 9) | (1 << 5) | 1]);
  });

  it('opens a file when its turn comes, and not before', async () => {
    const opened: string[] = [];
    const open = async (path: string): Promise<Blob> => {
      opened.push(path);
      return new Blob([new Uint8Array(65_536)]);
    };
    const files = Array.from({ length: 20 }, (_, index): FolderFile => ({ path: `${index}`, size: 65_536, open: () => open(`${index}`) }));
    const reader = zipFolder('m', files).stream.getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(opened.length).toBeLessThan(4);
    await reader.cancel();
    expect(opened.length).toBeLessThan(4);
  });

  it('breaks off where a file is gone, or is not what was promised', async () => {
    const gone: FolderFile = { path: 'gone', size: 1, open: () => Promise.reject(new Error('gone')) };
    await expect(read(zipFolder('m', [text('a', 'b'), gone]).stream)).rejects.toThrow('gone');
    await expect(read(zipFolder('m', [file('a', Uint8Array.of(1, 2), 3)]).stream)).rejects.toThrow('a has 2 bytes where 3 were promised');
  });
});
