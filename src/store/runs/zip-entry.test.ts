import { makeZip } from 'client-zip';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { isZip, NoZipEntryError, readZipEntry } from './zip-entry.ts';

const lines = '{"type":"run-started"}\n'.repeat(50);
const bytes = new TextEncoder().encode(lines);
const files = { 'model/config.json': new Uint8Array(3000), 'model/events.jsonl': bytes, 'model/z.bin': new Uint8Array(10) };
const text = async (zip: Blob): Promise<string> => {
  const entry = await readZipEntry(zip, 'events.jsonl');
  return await new Response(entry).text();
};

/** The 8-byte fields of ZIP64 in place of the 4-byte ones, as an archive of more than 4 GB has them. */
function asZip64(zip: Uint8Array<ArrayBuffer>): Blob {
  const view = new DataView(zip.buffer);
  const end = zip.length - 22;
  const [length, at] = [view.getUint32(end + 12, true), view.getUint32(end + 16, true)];
  const entry = at;
  const name = view.getUint16(entry + 28, true);
  const extra = new DataView(new ArrayBuffer(28));
  extra.setUint16(0, 1, true);
  extra.setUint16(2, 24, true);
  for (const [index, field] of [24, 20, 42].entries()) {
    extra.setBigUint64(4 + 8 * index, BigInt(view.getUint32(entry + field, true)), true);
    view.setUint32(entry + field, 0xffff_ffff, true);
  }
  view.setUint16(entry + 30, 28, true);
  const end64 = new DataView(new ArrayBuffer(56 + 20));
  end64.setUint32(0, 0x06064b50, true);
  end64.setBigUint64(40, BigInt(length + 28), true);
  end64.setBigUint64(48, BigInt(at), true);
  end64.setUint32(56, 0x07064b50, true);
  end64.setBigUint64(64, BigInt(at + length + 28), true);
  view.setUint32(end + 16, 0xffff_ffff, true);
  return new Blob([zip.slice(0, entry + 46 + name), extra, zip.slice(entry + 46 + name, end), end64, zip.slice(end)]);
}

describe('readZipEntry', () => {
  it('reads what the page writes, what others pack, and the form for large archives', async () => {
    const own = await new Response(makeZip(Object.entries(files).map(([name, input]) => ({ name, input })))).blob();
    expect(await isZip(own)).toBe(true);
    expect(await text(own)).toBe(lines);
    expect(await text(new Blob([zipSync(files, { level: 9 })]))).toBe(lines);
    expect(await text(new Blob([zipSync({ 'events.jsonl': bytes }, { level: 0 }), 'a comment']))).toBe(lines);
    expect(await text(asZip64(new Uint8Array(zipSync({ 'events.jsonl': bytes }, { level: 6 }))))).toBe(lines);
  });

  it('breaks with an explained error where the compression is damaged', async () => {
    const zip = new Uint8Array(zipSync({ 'events.jsonl': bytes }, { level: 6 }));
    zip.fill(0xff, 44, 60);
    await expect(text(new Blob([zip]))).rejects.toBeInstanceOf(NoZipEntryError);
  });

  it('says what is missing', async () => {
    const zip = new Blob([zipSync({ 'a.txt': bytes })]);
    await expect(readZipEntry(zip, 'events.jsonl')).rejects.toThrow('has no events.jsonl');
    await expect(readZipEntry(zip.slice(0, 60), 'events.jsonl')).rejects.toThrow('was cut off');
    expect(await isZip(new Blob(['{"a":1}']))).toBe(false);
    expect(await isZip(new Blob([]))).toBe(false);
  });

  it('ends with an explained error, or with the file, whatever was damaged', async () => {
    const whole = zipSync(files, { level: 0 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat({ max: 400 }), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 12 }), async (faults) => {
        const damaged = whole.slice();
        for (const [fromEnd, value] of faults) damaged[damaged.length - 1 - fromEnd] = value;
        const outcome = await readZipEntry(new Blob([damaged]), 'events.jsonl').catch((error: unknown) => error);
        expect(outcome instanceof NoZipEntryError || outcome instanceof Blob || outcome instanceof ReadableStream).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
