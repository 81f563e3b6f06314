import { ExplainedError } from '../base/explained-error.ts';

/** tokenizer.json or tokenizer_config.json is not what its name says, or not what this program can use. */
export class TokenizerMalformedError extends ExplainedError {
  constructor(file: string, reason: string, options?: ErrorOptions) {
    super(
      {
        what: `${file} is no usable tokenizer: ${reason}.`,
        means: 'Without its tokenizer a model cannot read text; the model was not loaded.',
        remedy: 'Take tokenizer.json and tokenizer_config.json from the same place as the model, in the form of the Hugging Face "fast" tokenizers.',
      },
      options,
    );
  }
}

/** The tokenizer has ids for which the model has no embedding. */
export class TokenizerVocabularyError extends ExplainedError {
  constructor(token: string, id: number, vocabulary: number) {
    super({
      what: `The tokenizer does not fit the model: token ${JSON.stringify(token.slice(0, 40))} has id ${id}, but the model's vocabulary has only ${vocabulary} entries (ids 0 to ${vocabulary - 1}).`,
      means: 'The model would be fed ids that it does not know, so it was not loaded.',
      remedy: 'Use the tokenizer that the model was trained with; its largest id is below vocab_size of config.json.',
    });
  }
}
