import { ExplainedError } from '../base/explained-error.ts';
import type { CompanionFiles } from './companion-files.ts';

/** A chat template that cannot be used for a plain prompt. */
export class ChatTemplateError extends ExplainedError {
  constructor(reason: string, options?: ErrorOptions) {
    super(
      {
        what: `The model's chat template could not be used: ${reason.replace(/\.?$/, '.')}`,
        means: 'It is a small program that comes with the tokenizer; nothing was written.',
        remedy: 'Switch the chat template off: the model then goes on from the prompt as it stands.',
      },
      options,
    );
  }
}

/** Puts a prompt into the form of a chat, ready for the answer. Throws {@link ChatTemplateError}. */
export type ChatPrompt = (prompt: string) => Promise<string>;

/** Names of special tokens that templates put into the text. */
const MARKS = ['bos_token', 'eos_token', 'unk_token', 'pad_token', 'sep_token', 'cls_token', 'mask_token'] as const;

function contentOf(token: unknown): string | null {
  if (typeof token === 'string') return token;
  return typeof token === 'object' && token !== null && 'content' in token && typeof token.content === 'string' ? token.content : null;
}

/** What a template may read besides the messages. */
function marksOf(config: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(MARKS.flatMap((name) => {
    const content = contentOf(config[name]);
    return content === null ? [] : [[name, content]];
  }));
}

/** The chat form of a model's prompts; null where it has no template. The template's language is loaded when it is first needed. */
export function chatPrompt({ chatTemplate, tokenizerConfig }: Pick<CompanionFiles, 'chatTemplate' | 'tokenizerConfig'>): ChatPrompt | null {
  if (chatTemplate === null) return null;
  const marks = marksOf(tokenizerConfig);
  return async (prompt) => {
    const { renderTemplate } = await import('./bounded-template.ts');
    try {
      return renderTemplate(chatTemplate, { ...marks, messages: [{ role: 'user', content: prompt }], add_generation_prompt: true });
    } catch (cause) {
      throw new ChatTemplateError((cause instanceof Error ? cause.message : String(cause)).slice(0, 200), { cause });
    }
  };
}
