import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LiveModels } from '../run/live-models.ts';
import { parseRunConfig } from '../run/parse-config.ts';
import type { RunEvent } from '../run/run-events.ts';
import { run } from '../run/run.ts';
import { tinyContext, tinyRun } from '../run/tiny-run.fixture.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { makeRuntime } from '../runtime/testing.ts';
import type { EngineMessage, ModelSubject, SampleRequest } from './protocol.ts';
import { timeModels } from './time-models.ts';
import { writeSamples } from './write-samples.ts';

let runtime: Runtime;
/** A run at rest in its search, whose models are on the device. */
let events: AsyncGenerator<RunEvent, void>;
let models: LiveModels;
let uniform: Extract<RunEvent, { type: 'search-started' }>['uniform'];
let before: number;

beforeAll(async () => {
  runtime = await makeRuntime();
  before = runtime.live().tensors;
  const { context } = await tinyContext(runtime);
  events = run(parseRunConfig(tinyRun), {
    ...context,
    onModels: (live) => {
      if (live) models = live;
    },
  });
  for (let next = await events.next(); next.done !== true; next = await events.next()) {
    if (next.value.type === 'search-started') uniform = next.value.uniform;
    if (next.value.type === 'generation-finished') return;
  }
  throw new Error('the run has no generation');
});
afterAll(async () => {
  await events.return();
  expect(runtime.live().tensors).toBe(before);
  await runtime[Symbol.asyncDispose]();
});

type Sampled = Extract<EngineMessage, { type: 'sampled' }>;
const greedy: Omit<SampleRequest, 'subjects'> = { prompt: 'The fox', tokens: 12, temperature: 0, topP: 1, seed: 1, chat: false };
const going = new AbortController().signal;

/** The last word of each text, in order of the subjects. */
async function texts(request: Partial<SampleRequest> & Pick<SampleRequest, 'subjects'>, live = models): Promise<Sampled[]> {
  const last = new Map<string, Sampled>();
  await writeSamples(live, { ...greedy, ...request }, going, (said) => {
    expect(last.get(said.which)?.end ?? null).toBeNull(); // nothing follows on the end
    last.set(said.which, said);
  });
  return request.subjects.map(({ which }) => last.get(which) as Sampled);
}

/** The models with a tokenizer that knows no end of a text. */
function endless(): LiveModels {
  const { size, bos, documentStart } = models.tokenizer;
  return {
    ...models,
    tokenizer: {
      size,
      bos,
      eos: null,
      documentStart,
      encode: (text) => models.tokenizer.encode(text),
      encodeInParts: (text) => models.tokenizer.encodeInParts(text),
      decode: (ids) => models.tokenizer.decode(ids),
    },
  };
}

const dense: ModelSubject = { which: 'dense' };
const all = (): ModelSubject[] => [dense, { which: 'parent' }, { which: 'candidate', id: uniform.id, genome: uniform.genome }];

describe('writeSamples', () => {
  it('has the dense model, the parent and any candidate write', async () => {
    const [ofDense, ofParent, ofCandidate] = await texts({ subjects: all() }, endless());
    expect(ofDense).toMatchObject({ id: 'dense', prompt: 'The fox', tokens: 12, end: 'count' });
    expect(ofCandidate).toMatchObject({ id: uniform.id, end: 'count' });
    expect(ofParent?.id).toMatch(/^\d+\.\d\d$/);
    expect(ofDense?.tokensPerSecond).toBeGreaterThan(0);
    expect(ofCandidate?.text).not.toBe(ofDense?.text);
    // A candidate at no level at all is the dense model.
    const alike = await texts({ subjects: [dense, { which: 'candidate', id: '0.01', genome: uniform.genome.map(() => 0) }], temperature: 1, seed: 3 });
    expect(alike[1]?.text).toBe(alike[0]?.text);
  });

  it('repeats itself with the seed, and writes something else with another', async () => {
    const drawn = { subjects: [dense], temperature: 1.5 };
    const [first] = await texts({ ...drawn, seed: 8 });
    expect((await texts({ ...drawn, seed: 8 }))[0]?.text).toBe(first?.text);
    expect((await texts({ ...drawn, seed: 9 }))[0]?.text).not.toBe(first?.text);
  });

  it('stops within a token, and leaves nothing on the device', async () => {
    const live = runtime.live().tensors;
    const stop = new AbortController();
    const said: Sampled[] = [];
    await writeSamples(endless(), { ...greedy, subjects: [dense], tokens: 50 }, stop.signal, (message) => {
      said.push(message);
      stop.abort();
    });
    expect(said).toMatchObject([{ tokens: 1, tokensPerSecond: null, end: null }, { tokens: 1, end: 'stopped' }]);
    expect(runtime.live().tensors).toBe(live);
  });

  it('ends where the model does, or at its context', async () => {
    expect((await texts({ subjects: [dense], tokens: 50 }))[0]).toMatchObject({ end: 'end-token' });
    const [full] = await texts({ subjects: [dense], tokens: 500 }, endless());
    expect(full).toMatchObject({ end: 'context', tokens: 64 - 1 - 'The fox'.length }); // a byte is a token, and one opens the text
  });

  it('asks in the chat template, and says where there is none', async () => {
    await expect(texts({ subjects: [dense], chat: true })).rejects.toThrow('its tokenizer has none');
    const chatting = { ...models, chat: async (prompt: string) => `${prompt}${prompt}` };
    const [chat] = await texts({ subjects: [dense], chat: true }, chatting);
    expect(chat?.prompt).toBe('The fox');
    expect(chat?.text).not.toBe((await texts({ subjects: [dense] }))[0]?.text);
  });

  it('refuses a genome that the database does not have', async () => {
    await expect(texts({ subjects: [{ which: 'candidate', id: '1.01', genome: [99] }] })).rejects.toThrow(/genome/i);
  });
});

describe('timeModels', () => {
  it('tells the speed of each, and nothing when it is stopped', async () => {
    const told: Extract<EngineMessage, { type: 'speed' }>[] = [];
    await timeModels(models, all(), going, (message) => told.push(message));
    expect(told.map(({ which, id }) => [which, id])).toEqual([['dense', 'dense'], ['parent', expect.any(String)], ['candidate', uniform.id]]);
    for (const { speed } of told) expect(speed.decodeTokensPerSecond).toBeGreaterThan(0);
    const stop = new AbortController();
    stop.abort();
    await timeModels(models, [dense], stop.signal, () => expect.unreachable('it was stopped'));
  });
});
