import type { CompanionFiles } from '../../sources/companion-files.ts';
import { jsonText } from './json-text.ts';

/**
 * The class that takes a tokenizer.json as it is. Without a class transformers would go by the model's type, which it may not
 * know; `TokenizersBackend` is its name in transformers 5, and the older one is known to both versions.
 */
const GENERIC = 'PreTrainedTokenizerFast';

/**
 * The text of tokenizer_config.json: the original's, with the chat template inside, where transformers.js looks for it
 * (export-targets 4.1), in place of a list or of a file of its own.
 */
export function tokenizerConfig({ tokenizerConfig: original, chatTemplate }: CompanionFiles): string {
  const { tokenizer_class: stated, ...kept } = original;
  const generic = typeof stated !== 'string' || stated === 'TokenizersBackend';
  return jsonText({ ...kept, tokenizer_class: generic ? GENERIC : stated, ...(chatTemplate === null ? {} : { chat_template: chatTemplate }) });
}
