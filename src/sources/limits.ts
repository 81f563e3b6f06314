/**
 * Limits of what models, texts and servers may hand in. Beyond them a file is refused before anything is allocated or counted by it. All
 * are far above what is in use; docs/limits.md lists them with those of the other floors.
 */
export const sourceLimits = {
  /** Characters of a path within a source. */
  path: 1024,

  /** Bytes of a safetensors header. The format allows 100 MB; a model of 512 layers, the most that are believed, needs less than 2. */
  header: 1 << 23,
  /** Tensors of one file, their dimensions, and the characters of a name. */
  tensors: 1 << 15,
  dimensions: 8,
  tensorName: 1 << 10,
  /** Bytes of the index of sharded weights, and the parts that it names. The largest open models have fewer than 200. */
  index: 1 << 23,
  shards: 512,
  /** Tensors that it names. The largest open models have some 90,000. */
  indexed: 1 << 17,

  /** Fields that are walked in one ONNX file; the largest model that is believed, in 4 bits and with its weights beside, has half. */
  onnxFields: 1 << 19,
  /** Bytes of a value among an ONNX file's metadata, and how many there are. */
  onnxValue: 1 << 21,
  onnxMetadata: 64,
  /** Entries that say where a tensor lies, and files that hold values beside one ONNX file. */
  onnxPlace: 8,
  onnxFiles: 512,

  /** Bytes of tokenizer.json; the largest in use has 33 MB. Nesting of its JSON; real files have some 8. */
  tokenizer: 64 << 20,
  jsonDepth: 64,
  /** Merges of a tokenizer; the most in use are 514,906. */
  merges: 1 << 20,
  /** Added tokens, characters of one, and of all of them: the library makes an object of each. */
  addedTokens: 1 << 16,
  addedToken: 256,
  addedCharacters: 200_000,
  /** Steps before and after a tokenizer's model, all together; how deep they are nested. */
  steps: 64,
  stepDepth: 4,
  /** Characters that a step puts in place of others, and most that steps make of one. */
  content: 16,
  growth: 64,
  /** Regular expressions of a tokenizer, characters of one (the longest in use have some 400), and the count of a repetition (`{1,3}`). */
  patterns: 8,
  pattern: 2048,
  repeats: 100,
  /** Characters of a text that are encoded at once where it has no place to be cut. */
  encodedAtOnce: 1 << 16,

  /** Bytes of the JSON files beside a model's weights; the largest tokenizer_config.json in use has 1 MB. */
  companion: 16 << 20,
  /** Characters of a chat template (those in use have up to 20,000), and of white space in a row in it. */
  template: 1 << 16,
  templateSpace: 256,
  /** Steps of rendering a chat template, and what the values that it works with may come to: characters, and entries of lists. */
  templateSteps: 100_000,
  templateWork: 1 << 24,
  /** The same of one value; and of what a filter repeats: separators, indents, replacements. */
  templateValue: 1 << 17,
  templateRepeated: 256,

  /** Bytes of a model card that are looked at, and characters of a value in it. */
  card: 1 << 16,
  cardValue: 200,

  /** Bytes of an answer of the Hub (pages of a thousand files have some 400 kB), how many answers one model may take, and its files. */
  hubAnswer: 1 << 23,
  hubAnswers: 64,
  hubFiles: 5000,
  /** Bytes of a text file of a model whose server does not tell its size. */
  unsizedText: 1 << 25,
  /** Bytes of a file of texts where its server gives no ranges. */
  wholeUrl: 256 << 20,

  /** Bytes of the record of a stored model, and its files. */
  record: 1 << 20,
  recordFiles: 1000,

  /** Bytes up to which a text is read (of a packed one: unpacked) whole, and characters that are enough of a larger one. */
  text: 32 << 20,
  textCharacters: 32 << 20,
  /** Fields of JSON Lines that are told of, and characters of the name of one. */
  textFields: 64,
  textField: 256,

  /** Characters of what names a model or a text. */
  reference: 2048,
} as const;
