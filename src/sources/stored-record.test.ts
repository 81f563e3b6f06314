import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../storage/memory-storage.ts';
import { checkedParts } from '../storage/storage-checks.ts';
import { folderModel, modelFolder, readRecord, storedPath, writeRecord } from './stored-record.ts';
import type { StoredRecord } from './stored-record.ts';

const record: StoredRecord = {
  version: 1,
  model: 'hub:a/b@main',
  about: { name: 'a/b', licence: 'mit', card: null, revision: 'abc' },
  files: [{ path: 'config.json', size: 3, sha256: null, etag: '"x"' }],
  storedAt: '2026-01-02T03:04:05.678Z',
};

describe('names on disk', () => {
  it('stand for their model, and for no other', () => {
    expect(modelFolder('hub:HuggingFaceTB/SmolLM2-135M@main')).toBe('models/hub~3aHuggingFaceTB~2fSmolLM2-135M~40main');
    for (const model of ['hub:a/b@main', 'url:https://host/x/?q=1', 'local:ä ö/…', 'tales-6m']) expect(folderModel(modelFolder(model).slice(7))).toBe(model);
    for (const name of ['x y', '..', '~', 'hub~3Aa~2fb~40main', '~ff', '']) expect(folderModel(name)).toBeNull();
    expect(() => modelFolder(`url:https://host/${'x'.repeat(300)}`)).toThrow('too long');
  });

  it('are taken by every storage, and stay in their folder, whatever the path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (one, two) => {
        fc.pre([one, two].every((text) => text.split('/').every((part) => part !== '')));
        const [a, b] = [storedPath('models/m', one), storedPath('models/m', two)];
        checkedParts(a);
        expect(a.startsWith('models/m/files/')).toBe(true);
        expect(a === b).toBe(one === two);
      }),
    );
    for (const path of ['..', '../x', './x', '.hidden', 'a/../../b']) checkedParts(storedPath('models/m', path));
    expect(storedPath('models/m', '../x')).toBe('models/m/files/~2e./x');
  });
});

describe('records', () => {
  it('come back as they were written, also over a longer one', async () => {
    const storage = new MemoryStorage();
    await writeRecord(storage, { ...record, about: { ...record.about, name: 'a much longer name' } }, 'plan.json');
    await writeRecord(storage, record, 'plan.json');
    expect(await readRecord(storage, record.model, 'plan.json')).toEqual(record);
    expect(await readRecord(storage, record.model, 'complete.json')).toBeNull();
    expect(await readRecord(storage, 'hub:a/c@main', 'plan.json')).toBeNull();
  });

  it('are not believed when torn, foreign or hostile', async () => {
    const bad = [
      JSON.stringify(record).slice(0, 60),
      'null',
      JSON.stringify({ ...record, model: 'hub:x/y@main' }),
      JSON.stringify({ ...record, files: [{ path: '../../x', size: 1, sha256: null, etag: null }] }),
      JSON.stringify({ ...record, files: [{ path: 'x', size: -1, sha256: null, etag: null }] }),
      JSON.stringify({ ...record, files: [{ path: 'x', size: 1, sha256: 'abc', etag: null }] }),
      JSON.stringify({ ...record, storedAt: 'yesterday' }),
      `${JSON.stringify(record)}${' '.repeat(2_000_000)}`,
    ];
    for (const text of bad) {
      const storage = new MemoryStorage();
      {
        await using file = await storage.open(`${modelFolder(record.model)}/complete.json`, { create: true });
        await file.write(0, new TextEncoder().encode(text));
      }
      expect(await readRecord(storage, record.model, 'complete.json')).toBeNull();
    }
  });

  it('survive a full disk that has no room for a longer one', async () => {
    const storage = new MemoryStorage({ quota: JSON.stringify(record).length + 5 });
    await writeRecord(storage, record, 'plan.json');
    await expect(writeRecord(storage, { ...record, about: { ...record.about, name: 'a much longer name' } }, 'plan.json')).rejects.toMatchObject({ name: 'StorageFullError' });
    expect(await readRecord(storage, record.model, 'plan.json')).toEqual(record);
  });

  it('of the same length survive a full disk', async () => {
    const storage = new MemoryStorage({ quota: JSON.stringify(record).length });
    await writeRecord(storage, record, 'plan.json');
    const later = { ...record, storedAt: '2027-01-02T03:04:05.678Z' };
    await writeRecord(storage, later, 'plan.json');
    expect(await readRecord(storage, record.model, 'plan.json')).toEqual(later);
    await expect(writeRecord(storage, { ...record, model: 'hub:a/b@maim' }, 'complete.json')).rejects.toMatchObject({ name: 'StorageFullError' });
    expect(await readRecord(storage, record.model, 'plan.json')).toEqual(later);
  });
});
