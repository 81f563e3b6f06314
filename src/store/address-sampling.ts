import type { SampleRequest } from '../worker/protocol.ts';

/** How models write when they are tried. */
export type SamplingSettings = Omit<SampleRequest, 'subjects' | 'prompt'>;

export const defaultSampling: SamplingSettings = { tokens: 48, temperature: 0, topP: 0.95, seed: 1, chat: false };

type NumberName = Exclude<keyof SamplingSettings, 'chat'>;

interface Range {
  readonly minimum: number;
  readonly maximum: number;
  readonly whole: boolean;
}

export const samplingRanges: Readonly<Record<NumberName, Range>> = {
  tokens: { minimum: 1, maximum: 512, whole: true },
  temperature: { minimum: 0, maximum: 2, whole: false },
  topP: { minimum: 0.05, maximum: 1, whole: false },
  seed: { minimum: 0, maximum: 2 ** 31 - 1, whole: true },
};

/** What each number is called in the address. */
const names: readonly (readonly [name: string, setting: NumberName])[] = [
  ['tokens', 'tokens'],
  ['temp', 'temperature'],
  ['topp', 'topP'],
  // `seed` is the run's.
  ['sseed', 'seed'],
];

export const samplingNames: readonly string[] = [...names.map(([name]) => name), 'chat'];

/** What differs from the default; null for what does not, so that it leaves the address. */
export function writeSampling(sampling: SamplingSettings): Record<string, string | null> {
  const parameters: Record<string, string | null> = { chat: sampling.chat ? 'on' : null };
  for (const [name, setting] of names) parameters[name] = sampling[setting] === defaultSampling[setting] ? null : String(sampling[setting]);
  return parameters;
}

/** What an address says of sampling; what it says wrongly is left out and named in `ignored`. */
export function readSampling(parameters: URLSearchParams): { sampling: SamplingSettings; ignored: string[] } {
  const ignored: string[] = [];
  let sampling = defaultSampling;
  for (const [name, setting] of names) {
    const text = parameters.get(name);
    if (text === null) continue;
    const { minimum, maximum, whole } = samplingRanges[setting];
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum && (!whole || Number.isInteger(value))) sampling = { ...sampling, [setting]: value };
    else ignored.push(`${name}=${text}`);
  }
  const chat = parameters.get('chat');
  if (chat === 'on') sampling = { ...sampling, chat: true };
  else if (chat !== null) ignored.push(`chat=${chat}`);
  return { sampling, ignored };
}
