import * as v from 'valibot';
import { sourceLimits } from './limits.ts';
import { TokenizerMalformedError } from './tokenizer-errors.ts';
import { PatternTrial } from './tokenizer-patterns.ts';

/*
 * The steps of a tokenizer.json before and after its model. Only those are let through that the families of this program
 * use and whose behaviour is known; some are put in other words, because the library's do not give the ids of the Rust
 * `tokenizers`: see `adaptPreTokenizer`.
 */

/** A step as the library takes it. */
export interface Step {
  readonly type: string;
  readonly [setting: string]: unknown;
}

const short = v.pipe(v.string(), v.maxLength(sourceLimits.content, `longer than ${sourceLimits.content} characters`));
const pattern = v.union([v.strictObject({ String: v.pipe(v.string(), v.minLength(1), v.maxLength(64)) }), v.strictObject({ Regex: v.string() })]);
const replace = v.looseObject({ type: v.literal('Replace'), pattern, content: short });
const flag = v.optional(v.nullable(v.boolean()));
const stepList = v.pipe(v.array(v.unknown()), v.maxLength(sourceLimits.steps));

const normalizerSchema = v.variant('type', [
  v.looseObject({ type: v.picklist(['NFC', 'NFD', 'NFKC', 'NFKD']) }),
  v.looseObject({ type: v.literal('Prepend'), prepend: short }),
  replace,
  v.looseObject({ type: v.literal('Sequence'), normalizers: stepList }),
]);

const preTokenizerSchema = v.variant('type', [
  v.looseObject({ type: v.literal('ByteLevel'), add_prefix_space: flag, use_regex: flag }),
  v.looseObject({ type: v.literal('Digits'), individual_digits: flag }),
  v.looseObject({
    type: v.literal('Metaspace'),
    replacement: v.optional(v.pipe(v.string(), v.length(1))),
    prepend_scheme: v.optional(v.picklist(['always', 'first', 'never'])),
    add_prefix_space: flag,
    split: flag,
  }),
  v.looseObject({ type: v.literal('Split'), pattern, behavior: v.picklist(['Isolated', 'Removed']), invert: flag }),
  v.looseObject({ type: v.literal('Sequence'), pretokenizers: stepList }),
]);

const decoderSchema = v.variant('type', [
  v.looseObject({ type: v.picklist(['ByteLevel', 'ByteFallback', 'Fuse']) }),
  v.looseObject({ type: v.literal('Metaspace'), replacement: v.optional(v.pipe(v.string(), v.length(1))), prepend_scheme: v.optional(v.string()), add_prefix_space: flag }),
  v.looseObject({ type: v.literal('Strip'), content: short, start: v.pipe(v.number(), v.integer(), v.maxValue(64)), stop: v.pipe(v.number(), v.integer(), v.maxValue(64)) }),
  replace,
  v.looseObject({ type: v.literal('Sequence'), decoders: stepList }),
]);

function refuse(reason: string): never {
  throw new TokenizerMalformedError('tokenizer.json', reason);
}

/** What all steps of one file come to. */
interface Tally {
  steps: number;
  readonly trial: PatternTrial;
}

/** How deep a step is nested, and the count of all. */
interface Place {
  readonly tally: Tally;
  readonly depth: number;
}

const inside = ({ tally, depth }: Place): Place => ({ tally, depth: depth + 1 });

function parseStep<Schema extends v.GenericSchema>(schema: Schema, place: string, step: unknown, { tally, depth }: Place): v.InferOutput<Schema> {
  if (++tally.steps > sourceLimits.steps) refuse(`it has more than ${sourceLimits.steps} steps`);
  if (depth > sourceLimits.stepDepth) refuse(`its ${place} is nested deeper than ${sourceLimits.stepDepth} levels`);
  const result = v.safeParse(schema, step);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const type = typeof step === 'object' && step !== null && Object.hasOwn(step, 'type') ? Reflect.get(step, 'type') : null;
  return refuse(`this program cannot follow its ${place} ${JSON.stringify(type)?.slice(0, 60)}, at "${v.getDotPath(issue) ?? 'the top'}": ${issue.message}`);
}

type Replace = v.InferOutput<typeof replace>;

const checkedPattern = (wanted: Replace['pattern'], { tally }: Place): void => {
  if ('Regex' in wanted) tally.trial.check(wanted.Regex);
};

/** Most characters that a replacement makes of one; a regular expression may match nothing, in front of every character. */
const growthOf = ({ pattern: from, content }: Replace): number => ('Regex' in from ? 1 + content.length : Math.max(1, content.length / from.String.length));

const checkGrowth = (place: string, growth: number): void => {
  if (growth > sourceLimits.growth) refuse(`its ${place} makes up to ${Math.ceil(growth)} characters of one`);
};

/** Most characters that a normalizer makes of one. Unicode, UAX 15, table 10: NFD 4, NFKD 18; composed forms are shorter. */
function checkNormalizer(step: unknown, place: Place): number {
  const normalizer = parseStep(normalizerSchema, 'normalizer', step, place);
  switch (normalizer.type) {
    case 'Sequence':
      return normalizer.normalizers.reduce((growth: number, one) => growth * checkNormalizer(one, inside(place)), 1);
    case 'Replace':
      checkedPattern(normalizer.pattern, place);
      return growthOf(normalizer);
    case 'NFC':
    case 'NFD':
      return 4;
    case 'NFKC':
    case 'NFKD':
      return 18;
    case 'Prepend':
      return 1;
  }
}

/** What GPT-2's byte-level pre-tokenizer splits by. */
const GPT2_PATTERN = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

const splitBy = (regex: string): Step => ({ type: 'Split', pattern: { Regex: regex }, behavior: 'Isolated', invert: false });
const matchesOf = (regex: string): Step => ({ type: 'Split', pattern: { Regex: regex }, behavior: 'Removed', invert: true });

function adaptMetaspace(step: v.InferOutput<typeof preTokenizerSchema> & { readonly type: 'Metaspace' }, first: boolean): Step[] {
  const replacement = step.replacement ?? '▁';
  const scheme = step.prepend_scheme ?? (step.add_prefix_space === false ? 'never' : 'always');
  // Only the first piece of a text has a prefix; the library takes every piece of its first section for the first.
  if (scheme === 'first' && !first) refuse('its pre_tokenizer "Metaspace" stands behind another, which this program cannot follow');
  const mark = `\\x{${replacement.charCodeAt(0).toString(16)}}`;
  const plain: Step = { type: 'Metaspace', replacement, prepend_scheme: scheme };
  return step.split === false ? [plain] : [plain, matchesOf(`${mark}[^${mark}]*|[^${mark}]+`)];
}

/**
 * The pre-tokenizer in words that make the library do what the Rust `tokenizers` does (0.23; verified in
 * tokenizer-families.test.ts): its ByteLevel takes JavaScript's white space (U+FEFF, not U+0085), its Digits only ASCII's,
 * its Metaspace never splits. A Split's pattern is read as the Rust library does.
 */
function adaptPreTokenizer(step: unknown, first: boolean, place: Place): Step[] {
  const known = parseStep(preTokenizerSchema, 'pre_tokenizer', step, place);
  switch (known.type) {
    case 'Sequence':
      return known.pretokenizers.flatMap((one, index) => adaptPreTokenizer(one, first && index === 0, inside(place)));
    case 'Digits':
      return [splitBy(known.individual_digits === true ? String.raw`\p{N}` : String.raw`\p{N}+`)];
    case 'ByteLevel': {
      // None of the families does; the library has no step for it that comes before the split.
      if (known.add_prefix_space === true) refuse('this program cannot follow its pre_tokenizer "ByteLevel" with "add_prefix_space"');
      const split = known.use_regex === false ? [] : [splitBy(GPT2_PATTERN)];
      return [...split, { type: 'ByteLevel', add_prefix_space: false, use_regex: false }];
    }
    case 'Metaspace':
      return adaptMetaspace({ ...known, type: 'Metaspace' }, first);
    case 'Split': {
      checkedPattern(known.pattern, place);
      const invert = known.invert ?? false;
      if (invert && known.behavior !== 'Removed') refuse('this program cannot follow its pre_tokenizer "Split" with "invert"');
      return [{ type: 'Split', pattern: known.pattern, behavior: known.behavior, invert }];
    }
  }
}

function adaptDecoder(step: unknown, place: Place): Step[] {
  const known = parseStep(decoderSchema, 'decoder', step, place);
  switch (known.type) {
    case 'Sequence':
      return known.decoders.flatMap((one) => adaptDecoder(one, inside(place)));
    case 'Replace':
      checkedPattern(known.pattern, place);
      return [known];
    case 'Metaspace': {
      // The library's drops a first space even where none was put.
      const never = known.prepend_scheme === 'never' || (known.prepend_scheme === undefined && known.add_prefix_space === false);
      return never ? [{ type: 'Replace', pattern: { String: known.replacement ?? '▁' }, content: ' ' }] : [known];
    }
    default:
      return [known];
  }
}

/** Where no merge of a model joins what stands on both sides. */
interface Borders {
  /** Before a `▁` that follows another sign. */
  readonly words: boolean;
  /** Around a newline. */
  readonly lines: boolean;
}

function bordersOf(merges: readonly (readonly [string, string])[]): Borders {
  let [words, lines] = [true, true];
  for (const [left, right] of merges) {
    const token = left + right;
    if (/[^▁]▁/u.test(token)) words = false;
    if (token.includes('\n')) lines = false;
  }
  return { words, lines };
}

const chain = (key: string, steps: readonly Step[]): Step | null =>
  steps.length === 0 ? null : { type: 'Sequence', [key]: steps };

export interface Steps {
  readonly normalizer: Step | null;
  readonly pre_tokenizer: Step | null;
  readonly decoder: Step | null;
}

export interface AdaptedSteps {
  readonly steps: Steps;
  /** Where a text may be cut as far as the model is concerned. */
  readonly borders: Borders;
}

/**
 * Checks the steps of a tokenizer.json (null: none) and gives them as the library needs them. `merges`: those of the model,
 * or null if it looks whole words up before it merges. Throws {@link TokenizerMalformedError}.
 *
 * A model without a pre-tokenizer that splits (SentencePiece's) sees the whole text as one word. It is fed words and lines
 * instead where no merge reaches over their borders: the same tokens for a fraction of the time.
 */
export function adaptSteps(
  file: { readonly normalizer: unknown; readonly pre_tokenizer: unknown; readonly decoder: unknown },
  merges: readonly (readonly [string, string])[] | null,
): AdaptedSteps {
  const place: Place = { tally: { steps: 0, trial: new PatternTrial() }, depth: 0 };
  if (file.normalizer !== null) checkGrowth('normalizer', checkNormalizer(file.normalizer, place));
  const given = file.pre_tokenizer === null ? [] : adaptPreTokenizer(file.pre_tokenizer, true, place);
  const decoders = file.decoder === null ? [] : adaptDecoder(file.decoder, place);
  checkGrowth('decoder', decoders.reduce((growth, step) => growth * (v.is(replace, step) ? growthOf(step) : 1), 1));
  const splits = given.some(({ type }) => type === 'Split');
  const borders = splits ? { words: true, lines: true } : merges ? bordersOf(merges) : { words: false, lines: false };
  const words = !splits && borders.words ? [matchesOf(borders.lines ? '\n|▁*[^▁\n]+|▁+' : '▁*[^▁]+|▁+')] : [];
  return {
    borders,
    steps: {
      // The library keeps what it does not know, so the file's own objects can be handed on.
      normalizer: file.normalizer === null ? null : parseStep(normalizerSchema, 'normalizer', file.normalizer, place),
      pre_tokenizer: chain('pretokenizers', [...given, ...words]),
      decoder: chain('decoders', decoders),
    },
  };
}
