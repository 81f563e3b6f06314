import * as v from 'valibot';
import { presets, type PresetName } from '../run/presets.ts';
import { runConfigSchema, type RunConfig, type Stage } from '../run/run-config.ts';
import { formatModelRef, parseModelRef } from '../sources/model-ref.ts';
import { formatTextRef, parseTextRef } from '../sources/text-ref.ts';
import { readTarget, writeTarget } from './address-target.ts';
import { bundledModel, bundledTexts } from './bundled-model.ts';
import { storeLimits } from './limits.ts';
import { defaultPreset, presetConfig } from './settings-store.ts';

/** One setting's place in the address: a short name, the value as text, and the configuration with another value in. */
interface Key {
  readonly name: string;
  /** Null: a value that no address can name. */
  write(config: RunConfig): string | null;
  read(config: RunConfig, text: string): unknown;
}

const search = (config: RunConfig, change: object) => ({ ...config, search: { ...config.search, ...change } });

/** Numbers only where the whole text is one: `Number('')` would be 0. */
const number = (text: string): number => (/^[-+.\deE]+$/.test(text) ? Number(text) : Number.NaN);

const writeStage = ({ survivors, trainingTokens, fitnessTokens }: Stage) => [survivors, trainingTokens, fitnessTokens].join(':');

const readStage = (text: string) => {
  const [survivors, trainingTokens, fitnessTokens, ...rest] = text.split(':').map(number);
  return { survivors, trainingTokens, fitnessTokens: rest.length > 0 ? Number.NaN : fitnessTokens };
};

/** MLP's part of the flips in percent; `auto` leaves it to the number of modules. */
const writeBalance = (share: number | null) => (share === null ? 'auto' : String(Math.round((1 - share) * 1000) / 10));
const readBalance = (text: string) => (text === 'auto' ? null : Math.round((100 - number(text)) * 10) / 1000);

/** The confidence, or `off`. */
const writeEarlyStop = (earlyStop: RunConfig['search']['earlyStop']) => (earlyStop ? String(earlyStop.confidence) : 'off');
const readEarlyStop = (text: string) => (text === 'off' ? null : { confidence: number(text) });

/** What the reader gave is known on this page only, so no address names it. */
const writeRef = (ref: string): string | null => (ref.startsWith('local:') ? null : ref);

const refused = null;

/** A ref that parses and that another page can know; the schema turns away `refused`. */
function attempt(parse: () => string | null): string | null {
  try {
    return parse();
  } catch {
    return refused;
  }
}

const readModel = (text: string): string | null =>
  attempt(() => {
    const ref = parseModelRef(text);
    return ref.kind === 'local' || (ref.kind === 'bundled' && ref.id !== bundledModel.id) ? refused : formatModelRef(ref);
  });

const readText = (text: string): string | null =>
  attempt(() => {
    const ref = parseTextRef(text);
    return ref.kind === 'local' || (ref.kind === 'bundled' && !bundledTexts.some(({ id }) => id === ref.id)) ? refused : formatTextRef(ref);
  });

const keys: readonly Key[] = [
  { name: 'model', write: (c) => writeRef(c.model), read: (c, text) => ({ ...c, model: readModel(text) }) },
  { name: 'train', write: (c) => writeRef(c.texts.training), read: (c, text) => ({ ...c, texts: { ...c.texts, training: readText(text) } }) },
  { name: 'test', write: (c) => writeRef(c.texts.heldOut), read: (c, text) => ({ ...c, texts: { ...c.texts, heldOut: readText(text) } }) },
  { name: 'backend', write: (c) => c.backend, read: (c, text) => ({ ...c, backend: text }) },
  { name: 'target', write: (c) => writeTarget(c.target), read: (c, text) => ({ ...c, target: readTarget(text) }) },
  { name: 'cut', write: (c) => c.granularity, read: (c, text) => ({ ...c, granularity: text }) },
  { name: 'k', write: (c) => String(c.levels), read: (c, text) => ({ ...c, levels: number(text) }) },
  { name: 'seed', write: (c) => String(c.seed), read: (c, text) => ({ ...c, seed: number(text) }) },
  { name: 'calib', write: (c) => String(c.calibrationTokens), read: (c, text) => ({ ...c, calibrationTokens: number(text) }) },
  { name: 'db', write: (c) => c.databasePrecision, read: (c, text) => ({ ...c, databasePrecision: text }) },
  { name: 'cuton', write: (c) => c.databaseOn, read: (c, text) => ({ ...c, databaseOn: text }) },
  { name: 'embeddings', write: (c) => (c.trainEmbeddings ? 'trained' : 'frozen'), read: (c, text) => ({ ...c, trainEmbeddings: text === 'trained' || (text === 'frozen' ? false : null) }) },
  { name: 'batch', write: (c) => String(c.batchTokens), read: (c, text) => ({ ...c, batchTokens: number(text) }) },
  { name: 'strategy', write: (c) => c.search.strategy, read: (c, text) => search(c, { strategy: text }) },
  { name: 'lambda', write: (c) => String(c.search.offspring), read: (c, text) => search(c, { offspring: number(text) }) },
  { name: 'flips', write: (c) => String(c.search.maxFlips), read: (c, text) => search(c, { maxFlips: number(text) }) },
  { name: 'mutation', write: (c) => c.search.mutation, read: (c, text) => search(c, { mutation: text }) },
  { name: 'mlp', write: (c) => writeBalance(c.search.attentionShare), read: (c, text) => search(c, { attentionShare: readBalance(text) }) },
  { name: 'lr', write: (c) => String(c.search.learningRate), read: (c, text) => search(c, { learningRate: number(text) }) },
  { name: 'gens', write: (c) => String(c.search.generations), read: (c, text) => search(c, { generations: number(text) }) },
  { name: 'stages', write: (c) => c.search.stages.map(writeStage).join(','), read: (c, text) => search(c, { stages: text.split(',').map(readStage) }) },
  { name: 'fit', write: (c) => c.search.fitness, read: (c, text) => search(c, { fitness: text }) },
  { name: 'stop', write: (c) => writeEarlyStop(c.search.earlyStop), read: (c, text) => search(c, { earlyStop: readEarlyStop(text) }) },
  { name: 'post', write: (c) => String(c.postTraining.tokens), read: (c, text) => ({ ...c, postTraining: { ...c.postTraining, tokens: number(text) } }) },
  { name: 'postlr', write: (c) => String(c.postTraining.learningRate), read: (c, text) => ({ ...c, postTraining: { ...c.postTraining, learningRate: number(text) } }) },
  { name: 'eval', write: (c) => String(c.evaluation.tokens), read: (c, text) => ({ ...c, evaluation: { tokens: number(text) } }) },
];

const isPreset = (text: string): text is PresetName => Object.hasOwn(presets, text);

export const settingNames: readonly string[] = ['preset', ...keys.map((key) => key.name)];

/** What differs from the preset's defaults; null for what does not, or cannot be named, so that it leaves the address. */
export function writeSettings(config: RunConfig, preset: PresetName): Record<string, string | null> {
  const base = presetConfig(preset);
  const parameters: Record<string, string | null> = { preset: preset === defaultPreset ? null : preset };
  for (const key of keys) {
    const text = key.write(config);
    parameters[key.name] = text === key.write(base) ? null : text;
  }
  return parameters;
}

/** The settings that an address names. Each value is checked by itself; a wrong one is left out and named in `ignored`. */
export function readSettings(parameters: URLSearchParams): { config: RunConfig; preset: PresetName; ignored: string[] } {
  const ignored: string[] = [];
  const named = parameters.get('preset');
  const preset = named !== null && isPreset(named) ? named : defaultPreset;
  if (named !== null && named !== preset) ignored.push(`preset=${named}`);
  let config = presetConfig(preset);
  for (const key of keys) {
    const text = parameters.get(key.name);
    if (text === null) continue;
    const outcome = v.safeParse(runConfigSchema, text.length > storeLimits.addressValue ? null : key.read(config, text));
    if (outcome.success) config = outcome.output;
    else ignored.push(`${key.name}=${text}`);
  }
  return { config, preset, ignored };
}
