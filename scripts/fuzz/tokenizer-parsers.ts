import type { Random } from '../../src/base/random.ts';
import { specialIds } from '../../src/export/folder/special-ids.ts';
import { tokenizerKeys } from '../../src/export/gguf/tokenizer-keys.ts';
import { chatPrompt } from '../../src/sources/chat-template.ts';
import { readCompanionFiles } from '../../src/sources/companion-files.ts';
import { guardedSource, mutateJson, pick } from '../../src/sources/fuzz.fixture.ts';
import { tokenizedSample, tokenizerSeeds, tokenizerSettings, wordPattern } from '../../src/sources/fuzz-seeds.fixture.ts';
import { sourceLimits } from '../../src/sources/limits.ts';
import { createTokenizer } from '../../src/sources/tokenizer.ts';
import { bytesOf, must, textOf } from './fuzz-parser.ts';
import type { FuzzParser } from './fuzz-parser.ts';
import { mutateText, several, someBytes, someJson } from './mutate-text.ts';

/** Tokenizers, what lies beside them, and chat templates. */

/** Patterns in use, and some that run wild. */
const patterns = [
  wordPattern,
  "'s|'t|'re| ?\\p{L}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
  '\\p{N}{1,3}',
  '(a+)+b',
  '(a|a)*b',
  'a*a*a*a*b',
  '\\s*\\s*\\s*x',
  '(?=(a+))\\1b',
  '(?:a{1,50}){1,50}',
  '[a-z',
  '(?<x>a)\\k<x>',
  '.*.*.*=',
  '',
] as const;

/** One of the files, now and then with another pattern, steps that nest or lengthen, or more of them. */
function tokenizerText(random: Random): string {
  const file = pick(random, tokenizerSeeds);
  const steps = random.below(8);
  const replace = { type: 'Replace', pattern: pick(random, [{ String: 'a' }, { Regex: 'a?' }] as const), content: 'x'.repeat(random.below(20)) };
  if (steps === 0) return JSON.stringify({ ...file, normalizer: { type: 'Sequence', normalizers: several<object>(random, [replace, { type: 'NFKD' }], 6) } });
  if (steps === 1) return JSON.stringify({ ...file, decoder: { type: 'Sequence', decoders: several<object>(random, [replace, { type: 'Fuse' }], 6) } });
  const text = JSON.stringify(file);
  return steps === 2 ? text.replace(JSON.stringify(patterns[0]), () => JSON.stringify(pick(random, patterns))) : text;
}

const tokenizer: FuzzParser = {
  name: 'tokenizer',
  share: 4,
  make: (random) => {
    const which = random.below(4);
    const [text, beside] = [tokenizerText(random), JSON.stringify(tokenizerSettings)];
    return { 'tokenizer.json': which === 0 ? text : mutateJson(random, text), 'tokenizer_config.json': which < 2 ? mutateJson(random, beside) : beside };
  },
  parse: async (input) => {
    const made = createTokenizer(textOf(input['tokenizer.json']), textOf(input['tokenizer_config.json']), 8);
    const ids = made.encode(tokenizedSample);
    must(ids.every((id) => id >= 0 && id < 8), 'an id is none of the model');
    must(made.decode(ids).length <= sourceLimits.growth * (sourceLimits.addedToken + 1) * (ids.length + 1), 'decoding has no bound');
    return 'read';
  },
};

const companions: FuzzParser = {
  name: 'companions',
  share: 4,
  make: (random) => {
    const good: Record<string, string> = {
      'tokenizer.json': JSON.stringify(pick(random, tokenizerSeeds)),
      'tokenizer_config.json': JSON.stringify(tokenizerSettings),
      'generation_config.json': JSON.stringify({ bos_token_id: 1, eos_token_id: [0, 1], pad_token_id: null, temperature: 0.7 }),
      'chat_template.jinja': '{{ bos_token }}{{ messages[0].content }}',
    };
    const name = pick(random, ['tokenizer.json', 'tokenizer_config.json', 'generation_config.json', 'chat_template.jinja'] as const);
    const text = good[name] ?? '';
    return { ...good, [name]: random.below(3) === 0 ? someBytes(random, bytesOf(text)) : name.endsWith('.json') ? mutateJson(random, text) : mutateText(random, text) };
  },
  parse: async (input) => {
    const read = await readCompanionFiles(guardedSource(new Map(Object.entries(input).map(([name, content]) => [name, bytesOf(content)]))));
    const { eos } = specialIds(read, {});
    must([eos].flat().every((id) => id === null || Number.isSafeInteger(id)), 'an id is no number');
    tokenizerKeys(read, 8);
    return 'read';
  },
};

const templates = [
  "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are helpful<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
  "{%- set ns = namespace(found=false, text='') -%}{%- for m in messages -%}{%- if m.role == 'user' -%}{%- set ns.text = ns.text ~ m.content | trim -%}{%- endif -%}{%- endfor -%}{{ bos_token }}{{ ns.text | replace('a', 'b') | indent(2) }}",
  "{% macro turn(role, text='x') %}{{ role | upper }}: {{ text.split('\n') | join(' / ') }}{% endmacro %}{% for i in range(3) %}{{ turn('user', text=messages[0].content) }}{{ i ** 2 }}{% endfor %}{{ messages | tojson(indent=2) }}",
  "{% set ns = namespace(x='ab') %}{% for i in range(20) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x | length }}",
] as const;
/** Whole statements: what they stand among goes on. */
const whole = [
  '{% for i in range(100000000) %}x{% endfor %}',
  '{% for i in range(3000) %}{% for j in range(3000) %}{% endfor %}{% endfor %}',
  '{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}',
  "{% set big = namespace(x='ab') %}{% for i in range(40) %}{% set big.x = big.x ~ big.x %}{% endfor %}",
  '{% set big = namespace(x=[1]) %}{% for i in range(40) %}{% set big.x = [big.x, big.x] %}{% endfor %}{{ big.x | tojson }}',
  "{{ 'a\nb' | indent(1000000000) }}",
  "{{ range(300) | join('x' ~ messages[0].content) }}",
  "{% set f = ''.replace %}{{ f('', 'x') }}",
  "{{ ''.constructor }}{{ messages.__proto__ }}{{ messages[0]['constructor'] }}",
  '{% for m in messages if m.role == "user" %}{{ loop.index }}{% endfor %}',
  '{{ (1 + 2) ** 3 // 2 }}',
  "{{ messages | map(attribute='content') | list | first | upper }}",
  '{# note #}',
] as const;
const pieces = [
  '{% for i in range(100000000) %}', '{% for i in range(1000) %}', '{% endfor %}', '{{', '}}', '{%', '%}', '{#', '#}', '{%- macro m() %}{{ m() }}{% endmacro %}{{ m() }}', '{{ ns }}', ' | join("x")', ' | tojson',
  ' | indent(100000000)', ' ~ messages', ' * 10 ** 9', '.replace("a", "b")', '[::-1]', '{% set ns.x = [ns.x, ns.x] %}', '{% if true %}', '{% endif %}', 'range(9, 0, -1)', '{% raw %}', '(', ')', '**', ' '.repeat(2000),
];

/** A template that is sound, has pieces between its tags, or is broken as a text. */
function someTemplate(random: Random): string {
  const text = pick(random, templates);
  const kind = random.below(6);
  if (kind === 0) return text;
  if (kind < 3) return mutateText(random, text, pieces);
  const parts = text.split(/(?=\{[{%])/);
  for (let count = 1 + random.below(2); count > 0; count--) parts.splice(random.below(parts.length + 1), 0, pick(random, whole));
  return parts.join('');
}

const template: FuzzParser = {
  name: 'chat-template',
  share: 8,
  make: (random) => ({ 'chat_template.jinja': someTemplate(random), 'tokenizer_config.json': random.below(4) === 0 ? someJson(random, tokenizerSettings) : JSON.stringify(tokenizerSettings) }),
  parse: async (input) => {
    let config: unknown;
    try {
      config = JSON.parse(textOf(input['tokenizer_config.json']));
    } catch {
      return 'refused';
    }
    if (typeof config !== 'object' || config === null) return 'refused';
    const text = await chatPrompt({ chatTemplate: textOf(input['chat_template.jinja']), tokenizerConfig: config as Readonly<Record<string, unknown>> })?.('Who lives\nthere?');
    must((text?.length ?? 0) <= sourceLimits.templateValue, 'the prompt has no bound');
    return 'read';
  },
};

export const tokenizerParsers: readonly FuzzParser[] = [tokenizer, companions, template];
