import { describe, expect, it } from 'vitest';
import { config, run } from './checkpoint-history.fixture.ts';
import { decodeMarker, encodeMarker, type CommitMarker, type KnownVersions, type Migration } from './commit-marker.ts';
import { noProgress } from './run-progress.ts';

const marker: CommitMarker = { version: 1, sequence: 3, run, config, startedAt: '2026-01-02T03:04:05.678Z', savedAt: '2026-01-02T03:05:00.000Z', serial: 4, log: [], progress: noProgress };
const piece = { name: 'log-0.gz', bytes: 10, sha256: 'a'.repeat(64), textBytes: 20, from: 0, events: 2 };

/** A marker's bytes with any content under a right hash. */
async function signed(content: unknown): Promise<Uint8Array<ArrayBuffer>> {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const hash = Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))).toString('hex');
  return new TextEncoder().encode(`{"format":"darwinlm-checkpoint","sha256":"${hash}","content":${text}}`);
}

describe('a marker', () => {
  it('comes back as it was, and is JSON', async () => {
    const bytes = await encodeMarker({ ...marker, log: [piece] });
    expect(await decodeMarker(bytes)).toEqual({ state: 'whole', marker: { ...marker, log: [piece] } });
    expect(JSON.parse(new TextDecoder().decode(bytes))).toMatchObject({ format: 'darwinlm-checkpoint', content: { run } });
    expect(await decodeMarker(await signed({ ...marker }))).toEqual({ state: 'whole', marker });
  });

  it.each([
    ['no JSON', '{"version": 1'],
    ['a list', []],
    ['no version', { ...marker, version: undefined }],
    ['version 0', { ...marker, version: 0 }],
    ['depth', `${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['a key that is not known', { ...marker, more: 1 }],
    ['a prototype', JSON.stringify(marker).replace('{', '{"__proto__":{"sequence":9},')],
    ['a path for a run', { ...marker, run: '../x' }],
    ['a wrong configuration', { ...marker, config: { ...config, levels: 1e9 } }],
    ['no time', { ...marker, savedAt: 'yesterday' }],
    ['a path for a piece', { ...marker, log: [{ ...piece, name: '../../log-0.gz' }] }],
    ['a piece that unpacks to gigabytes', { ...marker, log: [{ ...piece, textBytes: 2 ** 40 }] }],
    ['a gap in the log', { ...marker, log: [piece, { ...piece, name: 'log-1.gz', from: 3 }] }],
    ['a piece twice', { ...marker, log: [piece, { ...piece, from: 2 }] }],
    ['more events than the log has', { ...marker, progress: { ...noProgress, events: 1 } }],
  ])('is refused with %s, whatever its hash says', async (_, content) => {
    expect(await decodeMarker(await signed(content))).toMatchObject({ state: 'damaged' });
  });

  it('is brought to the newest version step by step, and one of a version to come is told apart', async () => {
    const { serial, startedAt, ...rest } = marker;
    const old = { ...rest, begun: startedAt };
    const known: KnownVersions = {
      newest: 3,
      migrations: new Map<number, Migration>([
        [1, ({ begun, ...content }) => ({ ...content, startedAt: begun })],
        [2, (content) => ({ ...content, serial })],
      ]),
    };
    expect(await decodeMarker(await signed(old), known)).toEqual({ state: 'whole', marker: { ...marker, version: 3 } });
    expect(await decodeMarker(await signed({ ...old, version: 4 }), known)).toEqual({ state: 'newer', version: 4, sequence: 3 });
    expect(await decodeMarker(await signed(old), { newest: 2, migrations: new Map() })).toMatchObject({ state: 'damaged', fault: 'version 1 is not read any more' });
  });
});
