import * as v from 'valibot';
import { ExplainedError } from '../base/explained-error.ts';
import { readAll } from './file-source.ts';
import type { FileSource, OpenOptions } from './file-source.ts';
import { Subfolder } from './subfolder.ts';
import { loadText } from './text.ts';
import type { Text } from './text.ts';

const bytes = v.pipe(v.number(), v.integer(), v.minValue(0));
const name = v.pipe(v.string(), v.minLength(1));

const textsSchema = v.object({
  version: v.literal(1),
  texts: v.array(
    v.object({
      id: name,
      name,
      file: name,
      bytes,
      characters: bytes,
      documents: bytes,
      licence: v.string(),
      /** What it may be used for: held-out texts must never be trained or selected on. */
      role: v.picklist(['training', 'held-out']),
    }),
  ),
});

const modelsSchema = v.object({
  version: v.literal(1),
  models: v.array(
    v.object({
      id: name,
      name,
      parameters: bytes,
      prunable: bytes,
      layers: bytes,
      /** Longest sequence that the model was trained on, tokens. */
      sequence: bytes,
      licence: v.string(),
      files: v.array(v.object({ path: name, bytes })),
    }),
  ),
});

export type BundledText = v.InferOutput<typeof textsSchema>['texts'][number];
export type BundledModel = v.InferOutput<typeof modelsSchema>['models'][number];

/** The list of what is bundled does not have its form: the site itself is broken. */
export class BundleIndexError extends ExplainedError {
  constructor(source: string, reason: string, options?: ErrorOptions) {
    super(
      {
        what: `The index of ${source} is malformed: ${reason}.`,
        means: 'The bundled models or texts cannot be offered.',
        remedy: 'Build the site again, or load a model and a text of your own.',
      },
      options,
    );
  }
}

export class NotBundledError extends ExplainedError {
  constructor(kind: 'model' | 'text', id: string, ids: readonly string[]) {
    super({
      what: `No bundled ${kind} is called ${JSON.stringify(id.slice(0, 80))}.`,
      means: 'The run was not started.',
      remedy: `Choose one of: ${ids.join(', ')}.`,
    });
  }
}

async function readIndex<Schema extends v.GenericSchema>(
  schema: Schema,
  source: FileSource,
  options: OpenOptions,
): Promise<v.InferOutput<Schema>> {
  const text = new TextDecoder().decode(await readAll(await source.open('index.json', { signal: options.signal })));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new BundleIndexError(source.name, 'it is not JSON', { cause });
  }
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  throw new BundleIndexError(source.name, v.summarize(result.issues));
}

/** The texts of the folder `public/texts`. */
export async function bundledTexts(source: FileSource, options: OpenOptions = {}): Promise<readonly BundledText[]> {
  return (await readIndex(textsSchema, source, options)).texts;
}

/** The models of the folder `public/models`; the files of one are in the folder of its id. */
export async function bundledModels(source: FileSource, options: OpenOptions = {}): Promise<readonly BundledModel[]> {
  return (await readIndex(modelsSchema, source, options)).models;
}

/** The files of a model of the folder `public/models`, with its licence. Throws {@link NotBundledError}. */
export async function openBundledModel(source: FileSource, id: string, options: OpenOptions = {}): Promise<FileSource> {
  const models = await bundledModels(source, options);
  const entry = models.find((model) => model.id === id);
  if (!entry) throw new NotBundledError('model', id, models.map((model) => model.id));
  const about = { name: entry.name, licence: entry.licence, card: null, revision: null };
  return new Subfolder(source, id, { about, paths: entry.files.map(({ path }) => path) });
}

/** Loads a text of the folder `public/texts` by its id. Throws {@link NotBundledError}. */
export async function loadBundledText(source: FileSource, id: string, options: OpenOptions = {}): Promise<Text> {
  const texts = await bundledTexts(source, options);
  const entry = texts.find((text) => text.id === id);
  if (!entry) throw new NotBundledError('text', id, texts.map((text) => text.id));
  return { ...(await loadText(source, entry.file, options)), name: entry.name };
}
