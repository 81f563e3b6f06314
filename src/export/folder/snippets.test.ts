import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIds, formatOf } from '../formats.ts';
import type { FormatId } from '../formats.ts';
import { jsText, pythonText, shellText } from './quote.ts';
import { snippetsFor } from './snippets.ts';

const paths = { onnx: 'onnx/model_fp16.onnx', safetensors: 'model.safetensors', gguf: 'tales-F16.gguf' } as const;
const filesOf = (format: FormatId): string[] => [paths[formatOf(format).kind]];

const codeOf = (format: FormatId, runtime: string, files: readonly string[] = filesOf(format), name = 'tales'): string => {
  const snippet = snippetsFor(format, files, name).find((found) => found.runtime === runtime);
  if (!snippet) throw new RangeError(`no code for ${runtime}`);
  return snippet.code;
};

const hostile = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'\'"`$\\{}\n\r#;|& a') }));

/** What Node finds wrong with the syntax of a module; nothing of it is run. */
function faultOf(code: string): string | null {
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--check'], { input: code, encoding: 'utf8' });
  return status === 0 ? null : stderr;
}

describe('snippets', () => {
  it('are there for every runtime that opens a format', () => {
    const runtimes = Object.fromEntries((['onnx-q4', 'onnx-gqa-fp16', 'safetensors-padded-bf16', 'gguf-q8_0'] as const).map((format) => [format, snippetsFor(format, filesOf(format), 'tales').map(({ runtime }) => runtime)]));
    const onnx = ['transformers.js', 'onnxruntime', 'onnxruntime-node', 'onnxruntime-web', 'onnxruntime-genai'];
    expect(runtimes).toEqual({
      'onnx-q4': onnx,
      'onnx-gqa-fp16': onnx,
      'safetensors-padded-bf16': ['transformers'],
      'gguf-q8_0': ['llama.cpp', 'node-llama-cpp', 'llama-cpp-python'],
    });
  });

  it('name the file of the format to each runtime in its own way', () => {
    expect(codeOf('onnx-q4f16', 'transformers.js')).toContain("pipeline('text-generation', './tales', { dtype: 'q4f16' })");
    expect(codeOf('onnx-gqa-fp16', 'transformers.js')).toContain("{ dtype: 'fp16', model_file_name: 'model_gqa' }");
    expect(codeOf('onnx-fp16', 'onnxruntime')).toContain('InferenceSession(folder + "/onnx/model_fp16.onnx"');
    expect(codeOf('onnx-fp16', 'onnxruntime-genai')).toContain(String.raw`config.overlay("{\"model\":{\"decoder\":{\"filename\":\"onnx/model_fp16.onnx\"}}}")`);
    expect(codeOf('gguf-f16', 'node-llama-cpp')).toContain("modelPath: './tales/tales-F16.gguf'");
    expect(codeOf('gguf-f16', 'llama.cpp')).toContain("llama-completion -m './tales/tales-F16.gguf'");
  });

  it('announce external data where there is any', () => {
    const files = ['onnx/model.onnx', 'onnx/model.onnx_data', 'onnx/model.onnx_data_1'];
    expect(codeOf('onnx-fp32', 'transformers.js', files)).toContain('use_external_data_format: 2');
    expect(codeOf('onnx-fp32', 'onnxruntime-web', files)).toContain("externalData: [{ path: 'model.onnx_data', data: folder + '/onnx/model.onnx_data' }, {");
    expect(codeOf('onnx-fp32', 'onnxruntime-web', ['onnx/model.onnx'])).not.toContain('externalData');
  });

  it('trust code of the folder only where the layers differ, and look for weights where they lie', () => {
    expect(codeOf('safetensors-bf16', 'transformers')).toContain('from_pretrained(folder, dtype="auto", trust_remote_code=True)');
    expect(codeOf('safetensors-fp16', 'transformers', ['safetensors-fp16/model-00001-of-00002.safetensors'])).toContain('from_pretrained(folder + "/safetensors-fp16", dtype="auto", trust');
    expect(codeOf('safetensors-padded-fp32', 'transformers', ['safetensors-padded-fp32/model.safetensors'])).toContain('(folder + "/safetensors-padded-fp32", dtype="auto")');
  });

  it('refuse a format without its file', () => {
    for (const format of formatIds) expect(() => snippetsFor(format, ['README.md'], 'tales')).toThrow(RangeError);
  });

  it.each(['tales', `a'b"c\`d\${e}\\\n\u2028`])('in JavaScript can be parsed with the name %j', (name) => {
    const snippets = (['onnx-gqa-q4', 'gguf-f16'] as const).flatMap((format) => snippetsFor(format, filesOf(format), name));
    const scripts = snippets.filter(({ language }) => language === 'js');
    expect(scripts).toHaveLength(4);
    expect(scripts.map(({ code }) => faultOf(code))).toEqual([null, null, null, null]);
    expect(faultOf('const = 1;')).toContain('SyntaxError');
  });
});

describe('text as a literal', () => {
  it('is read back by JavaScript and by JSON, whose strings are those of Python', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const read: unknown = new Function(`return ${jsText(text)}`)();
        expect(read).toBe(text);
        expect(JSON.parse(pythonText(text))).toBe(text);
        expect(pythonText(text)).not.toMatch(/[\n\r]/);
      }),
    );
  });

  it('is read back by the shell', () => {
    const texts = [...fc.sample(hostile, 100), "'; exit 1 #", '$(exit 1)', '\\'].map((text) => text.replaceAll(/\0|\p{Cs}/gu, ''));
    const script = texts.map((text) => `printf '%s\\0' ${shellText(text)}`).join('\n');
    expect(execFileSync('sh', { input: script, encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(texts);
  });
});
