import { ExplainedError } from '../base/explained-error.ts';
import { parseJsonObject } from './bounded-json.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import { FileMissingError, readAll } from './file-source.ts';
import type { FileSource, OpenOptions, SourceFile } from './file-source.ts';
import { sourceLimits } from './limits.ts';

/** What lies beside a model's weights and has to go with them, as it was read: exports pass it on. */
export interface CompanionFiles {
  /** tokenizer.json, byte by byte. */
  readonly tokenizer: Uint8Array<ArrayBuffer>;
  /** tokenizer_config.json; where there is none special_tokens_map.json, which names the same tokens; empty without both. */
  readonly tokenizerConfig: Readonly<Record<string, unknown>>;
  /** Jinja text, from tokenizer_config.json or from a chat_template.jinja beside it; null where the model has none. */
  readonly chatTemplate: string | null;
  /** generation_config.json; null where the model has none. */
  readonly generationConfig: Readonly<Record<string, unknown>> | null;
}

/** A file beside a model's weights is not what its name says. */
export class CompanionFileError extends ExplainedError {
  constructor(file: string, reason: string, options?: ErrorOptions) {
    super(
      {
        what: `${file} cannot be passed on: ${reason}.`,
        means: 'An exported model would lack what it says, so nothing was exported.',
        remedy: 'Take the file from the same place as the model, or leave it out if the model does not need it.',
      },
      options,
    );
  }
}

interface Reading {
  readonly source: FileSource;
  /** Paths of the source, where it lists them: what is not among them is not asked for. */
  readonly listed: readonly string[] | null;
  readonly options: OpenOptions;
}

async function openOptional({ source, listed, options }: Reading, path: string): Promise<SourceFile | null> {
  if (listed && !listed.includes(path)) return null;
  try {
    return await source.open(path, options);
  } catch (error) {
    if (error instanceof FileMissingError) return null;
    throw error;
  }
}

async function readBounded(file: SourceFile, path: string, largest: number): Promise<Uint8Array<ArrayBuffer>> {
  if (file.size > largest) throw new CompanionFileError(path, `it has ${file.size} bytes, more than the ${largest} that are read`);
  return readAll(file);
}

async function readText(reading: Reading, path: string, largest: number): Promise<string | null> {
  const file = await openOptional(reading, path);
  if (file === null) return null;
  const text = decodeUtf8(await readBounded(file, path, largest));
  if (text === null) throw new CompanionFileError(path, 'it is not UTF-8 text');
  return text;
}

async function readJson(reading: Reading, path: string): Promise<Readonly<Record<string, unknown>> | null> {
  const text = await readText(reading, path, sourceLimits.companion);
  if (text === null) return null;
  const parsed = parseJsonObject(text, sourceLimits.jsonDepth);
  if ('fault' in parsed) throw new CompanionFileError(path, parsed.fault, { cause: parsed.cause });
  return parsed.json;
}

/** `chat_template` of a file: a text, or a list of `{name, template}`, of which the one called "default" is taken. */
function statedTemplate(stated: unknown): string | null {
  if (typeof stated === 'string') return stated;
  if (!Array.isArray(stated)) return null;
  for (const entry of stated) {
    if (typeof entry !== 'object' || entry === null || !('name' in entry) || !('template' in entry)) continue;
    if (entry.name === 'default' && typeof entry.template === 'string') return entry.template;
  }
  return null;
}

/** A file of its own comes first, as in transformers; `chat_template.json` is that of processors, and comes last. */
async function readTemplate(reading: Reading, config: Readonly<Record<string, unknown>>): Promise<string | null> {
  const own = await readText(reading, 'chat_template.jinja', 4 * sourceLimits.template);
  const stated = own ?? statedTemplate(config['chat_template']);
  return stated ?? statedTemplate((await readJson(reading, 'chat_template.json'))?.['chat_template']);
}

/**
 * Reads what goes with a model's weights from the place of its tokenizer; only tokenizer.json must be there. Throws
 * {@link CompanionFileError} for a file that is too large or no JSON object, the errors of the source, the signal's reason.
 */
export async function readCompanionFiles(source: FileSource, { signal }: OpenOptions = {}): Promise<CompanionFiles> {
  const reading: Reading = { source, listed: (await source.list?.()) ?? null, options: { signal } };
  const tokenizer = await readBounded(await source.open('tokenizer.json', { signal }), 'tokenizer.json', sourceLimits.tokenizer);
  const tokenizerConfig = (await readJson(reading, 'tokenizer_config.json')) ?? (await readJson(reading, 'special_tokens_map.json')) ?? {};
  return {
    tokenizer,
    tokenizerConfig,
    chatTemplate: await readTemplate(reading, tokenizerConfig),
    generationConfig: await readJson(reading, 'generation_config.json'),
  };
}
