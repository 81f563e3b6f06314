import { describe, expect, it } from 'vitest';
import { chatPrompt, ChatTemplateError } from './chat-template.ts';
import { tokenizerFile } from './tokenizer-families.fixture.ts';
import { createTokenizer } from './tokenizer.ts';

/** As SmolLM2-Instruct has it. */
const smolLm =
  "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

const chat = (chatTemplate: string | null, tokenizerConfig: Readonly<Record<string, unknown>> = {}) => chatPrompt({ chatTemplate, tokenizerConfig });

describe('chatPrompt', () => {
  it('puts a prompt into the form of a chat, up to where the answer begins', async () => {
    await expect(chat(smolLm)?.('Who lives\nthere?')).resolves.toBe(
      '<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n<|im_start|>user\nWho lives\nthere?<|im_end|>\n<|im_start|>assistant\n',
    );
  });

  it('gives templates the special tokens, stated either way', async () => {
    const config = { bos_token: '<s>', eos_token: { content: '</s>', lstrip: false } };
    const mistral = "{{ bos_token }}{% for message in messages %}{{ '[INST] ' + message['content'] + ' [/INST]' }}{% endfor %}{{ eos_token }}";
    await expect(chat(mistral, config)?.('Hi')).resolves.toBe('<s>[INST] Hi [/INST]</s>');
  });

  it('gives what the tokenizer reads as the marks of a chat, not as their letters', async () => {
    const tokenizer = createTokenizer(tokenizerFile('smollm2'), null, 49_152);
    const ids = tokenizer.encode((await chat(smolLm)?.('Hi')) ?? '');
    const start = 1; // <|im_start|>
    expect(ids[0]).toBe(start);
    expect(ids.filter((id) => id === start)).toHaveLength(3);
    expect(tokenizer.decode(ids)).toContain('<|im_start|>user\nHi<|im_end|>');
  });

  it('is null where the model has none', () => {
    expect(chat(null)).toBeNull();
  });

  it('tells what a template says or cannot do', async () => {
    await expect(chat("{{ raise_exception('Only tools, please') }}")?.('Hi')).rejects.toThrow(ChatTemplateError);
    await expect(chat("{{ raise_exception('Only tools, please') }}")?.('Hi')).rejects.toThrow('Only tools, please.');
    await expect(chat('{% if %}')?.('Hi')).rejects.toThrow('Switch the chat template off');
  });

  it('takes the prompt as it is, whatever stands in it', async () => {
    await expect(chat('{{ messages[0].content }}')?.("{{ 1 + 1 }} {% raw %} '\"\\")).resolves.toBe("{{ 1 + 1 }} {% raw %} '\"\\");
  });
});
