/** Models of the Hub that fit a browser, to choose from. Any other can be named by hand. */
export interface CuratedModel {
  /** Of the Hub, `owner/name`. */
  readonly id: string;
  readonly revision: string;
  /** Of the model; a head that is tied to the embeddings counts once. */
  readonly parameters: number;
  /** Bytes of the stored tensors; the file's header comes on top. */
  readonly weightBytes: number;
  /** SPDX id, or the Hub's word. */
  readonly licence: string;
  /** Its licence must be accepted on its page, and a token given. */
  readonly gated: boolean;
  readonly about: string;
}

// Sizes follow from the models' configurations; all are stored as BF16. Qwen3-0.6B stores its tied head a second time.
export const curatedModels: readonly CuratedModel[] = [
  {
    id: 'HuggingFaceTB/SmolLM2-135M',
    revision: 'main',
    parameters: 134_515_008,
    weightBytes: 269_030_016,
    licence: 'apache-2.0',
    gated: false,
    about: 'The smallest of the list: a base model of 30 layers that a laptop prunes from start to end.',
  },
  {
    id: 'HuggingFaceTB/SmolLM2-135M-Instruct',
    revision: 'main',
    parameters: 134_515_008,
    weightBytes: 269_030_016,
    licence: 'apache-2.0',
    gated: false,
    about: 'The same architecture, tuned to answer instructions.',
  },
  {
    id: 'HuggingFaceTB/SmolLM2-360M',
    revision: 'main',
    parameters: 361_821_120,
    weightBytes: 723_642_240,
    licence: 'apache-2.0',
    gated: false,
    about: 'A base model with 32 layers and 15 query heads over 5 KV heads.',
  },
  {
    id: 'Qwen/Qwen2.5-0.5B',
    revision: 'main',
    parameters: 494_032_768,
    weightBytes: 988_065_536,
    licence: 'apache-2.0',
    gated: false,
    about: 'A multilingual base model whose large vocabulary makes up a quarter of its parameters.',
  },
  {
    id: 'Qwen/Qwen3-0.6B',
    revision: 'main',
    parameters: 596_049_920,
    weightBytes: 1_503_264_768,
    licence: 'apache-2.0',
    gated: false,
    about: 'A multilingual chat model with normalised queries and keys, and heads wider than hidden size over heads.',
  },
  {
    id: 'TinyLlama/TinyLlama-1.1B-Chat-v1.0',
    revision: 'main',
    parameters: 1_100_048_384,
    weightBytes: 2_200_096_768,
    licence: 'apache-2.0',
    gated: false,
    about: 'A chat model of the Llama 2 architecture, with a SentencePiece-style tokenizer of 32,000 tokens.',
  },
  {
    id: 'meta-llama/Llama-3.2-1B',
    revision: 'main',
    parameters: 1_235_814_400,
    weightBytes: 2_471_628_800,
    licence: 'llama3.2',
    gated: true,
    about: 'A base model of the Llama 3 architecture, itself pruned from the 8B model.',
  },
];
