import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { code, codeBlock, escaped, oneLine, table } from './markdown.ts';

const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ unit: fc.constantFrom(...'|`<>*_[]()\\\n\r&:!~$w. a') }));

/** CommonMark, section 2.4: a backslash before ASCII punctuation stands for that character. */
const unescaped = (markdown: string): string => markdown.replaceAll(/\\([!-/:-@[-`{-~])/g, '$1');

describe('Markdown', () => {
  it('shows text as it is, on one line', () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(unescaped(escaped(text))).toBe(oneLine(text));
        expect(escaped(text).replaceAll(/\\[!-~]/g, '')).not.toMatch(/[\\`*_[\]<>|~&:@!$\p{Cc}\u2028\u2029]|www\./iu);
        expect(Array.from(oneLine(text)).length).toBeLessThanOrEqual(201);
      }),
    );
  });

  it('turns no address into a link', () => {
    expect(escaped('https://a.example www.a.example <b> me@a.example')).toBe(String.raw`https\://a.example www\.a.example \<b\> me\@a.example`);
  });

  it('puts plain names into type of their own, and others into text', () => {
    expect(code('onnx/model_q4.onnx')).toBe('`onnx/model_q4.onnx`');
    expect(code('a`b')).toBe('a\\`b');
    expect(code('a|b')).toBe(String.raw`a\|b`);
  });

  it('fences a block with more backticks than it holds, so that it cannot end early', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'`~\n a') }), (content) => {
        const lines = codeBlock('js', content).split('\n');
        const fence = lines.at(-1) ?? '';
        expect(lines[0]).toBe(`${fence}js`);
        expect(lines.slice(1, -1).some((line) => line.includes(fence))).toBe(false);
        expect(lines.slice(1, -1).join('\n')).toBe(content.replace(/\n*$/, ''));
      }),
    );
  });

  it('sets numbers to the right', () => {
    expect(table(['a', 'b'], [['x', '1']], 'but the first')).toBe('| a | b |\n| --- | ---: |\n| x | 1 |');
  });
});
