import { Template } from '@huggingface/jinja';
import { describe, expect, test } from 'vitest';
import { renderTemplate } from './bounded-template.ts';

const items = { bos_token: '<s>', eos_token: '</s>', messages: [{ role: 'user', content: 'Who lives\nthere?' }], add_generation_prompt: true };

/** What templates in use do: loops, macros, namespaces, filters, methods, tests, white space control. */
const usual = [
  "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are helpful<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}",
  "{%- set ns = namespace(found=false, text='') -%}\n{%- for message in messages -%}{%- if message.role == 'user' -%}{%- set ns.found = true -%}{%- set ns.text = ns.text ~ message.content | trim -%}{%- endif -%}{%- endfor -%}{{ bos_token }}{{ ns.text }}{{ ns.found }}",
  "{% macro turn(role, text, mark='#') %}{{ mark }}{{ role | upper }}: {{ text.split('\n') | join(' / ') }}\n{% endmacro %}{% for m in messages %}{{ turn(m.role, m.content) }}{{ turn(m.role, m.content, mark='##') }}{% endfor %}",
  "{{ messages | tojson(indent=2) }}{{ messages | length }}{{ messages[0].content | replace('\n', ' ') | indent(4) }}{{ 'a,b'.split(',')[-1] }}{{ 'abc'[::-1] }}",
  "{% for i in range(3) %}{{ i }}{% if not loop.last %},{% endif %}{% endfor %}{% for i in range(5, 0, -2) %}{{ i }}{% endfor %}{{ range(2, 2) | length }}",
  "{% if tools is defined and tools is not none %}T{% else %}-{% endif %}{{ (messages | selectattr('role', 'equalto', 'user') | list | first).content }}{{ none is none }}{{ True and 1 }}",
  "{% call(x) wrapped() %}{{ x }}{% endcall %}".replace('{% call', "{% macro wrapped() %}[{{ caller('in') }}]{% endmacro %}{% call"),
];

describe('renderTemplate', () => {
  test.each(usual)('gives what the library gives: %s', (template) => {
    expect(renderTemplate(template, items)).toBe(new Template(template).render(items));
  });

  test('tells the date as the library does', () => {
    const template = "{{ strftime_now('%Y-%m-%d %b %B %%') }}";
    expect(renderTemplate(template, {})).toBe(new Template(template).render({}));
  });

  test.each([
    ['an endless loop', '{% for i in range(1000000000) %}x{% endfor %}'],
    ['a range without a step', '{% for i in range(0, 5, 0) %}x{% endfor %}'],
    ['a range to infinity', '{% for i in range(10 ** 308 * 10) %}x{% endfor %}'],
    ['loops in loops', '{% for i in range(1000) %}{% for j in range(1000) %}{% endfor %}{% endfor %}'],
    ['a text that doubles', `{% set ns = namespace(x='aaaaaaaaaaaaaaaa') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}`],
    ['a list that doubles', `{% set ns = namespace(x=[1, 2, 3]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}`],
    ['a list of lists that doubles', `{% set ns = namespace(x=[1, 2, 3]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}`],
    ['an indent', "{{ 'a\nb' | indent(1000000000) }}"],
    ['an indent by name', "{{ 'a\nb' | indent(width=1000000000) }}"],
    ['an indent of JSON', '{{ [1, [2]] | tojson(indent=100000000) }}'],
    ['an indent that is unpacked', "{{ 'a\nb' | indent(*[1000000000]) }}"],
    ['a filter over a block', "{% filter indent(1000000000) %}a\nb{% endfilter %}"],
    ['separators', `{% set s = '${'x'.repeat(50_000)}' %}{{ range(50000) | join(s) }}`],
    ['replacements', `{% set s = '${'x'.repeat(50_000)}' %}{{ s.replace('x', s) }}`],
    ['replacements under another name', `{% set s = '${'x'.repeat(50_000)}' %}{% set f = s.replace %}{{ f('x', s) }}`],
    ['replacements by a name in brackets', `{% set s = '${'x'.repeat(50_000)}' %}{{ s['replace']('x', s) }}`],
    ['macros that call themselves', '{% macro a() %}{{ a() }}{{ a() }}{% endmacro %}{{ a() }}'],
    ['macros made again and again', `{% for i in range(50000) %}{% macro a() %}${'{{ 1 }}'.repeat(8000)}{% endmacro %}{% endfor %}`],
    ['nested brackets', `{{ ${'('.repeat(30_000)}1 }}`],
    ['white space', `${' '.repeat(60_000)}`],
    ['tabs and lines', `{{ 1 }}${'\t\n'.repeat(20_000)}{% x`],
    ['its length', 'x'.repeat(70_000)],
    ['comments without an end', '{#'.repeat(30_000)],
  ])('ends soon, with an error, for %s', (_, template) => {
    const began = process.cpuUsage();
    expect(() => renderTemplate(template, items)).toThrow(Error);
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(3000); // a hang is a matter of hours
  });

  test('has no way to what lies around the template', () => {
    for (const name of ['constructor', '__proto__', 'prototype', 'toString', 'globalThis', 'process']) {
      expect(renderTemplate(`{{ ${name} is defined }}{{ ''.${name} is defined }}{{ messages.${name} is defined }}{{ messages[0]['${name}'] is defined }}`, items)).toBe('falsefalsefalsefalse');
    }
    expect(() => renderTemplate("{{ ''.constructor.constructor('return 1')() }}", items)).toThrow(Error);
  });
});
