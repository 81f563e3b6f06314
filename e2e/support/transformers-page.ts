import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { serveStatic, type StaticServer } from './serve-static.ts';

const library = fileURLToPath(new URL('../../node_modules/@huggingface/transformers/', import.meta.url));

/** Unpacks a ZIP into a folder. Returns the paths in it. */
export async function unpack(zip: Uint8Array, folder: string): Promise<string[]> {
  const entries = Object.entries(unzipSync(zip));
  for (const [path, content] of entries) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return entries.map(([path]) => path);
}

const pageText = (model: string, dtype: string): string => `<!doctype html>
<meta charset="utf-8">
<title>transformers.js</title>
<script type="module">
  import { AutoModelForCausalLM, AutoTokenizer, env } from './library/transformers.min.js';
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = '/models/';
  env.backends.onnx.wasm.wasmPaths = new URL('./ort/', location.href).href;
  env.backends.onnx.wasm.numThreads = 1;
  window.answer = async (prompts, count) => {
    const tokenizer = await AutoTokenizer.from_pretrained(${JSON.stringify(model)});
    tokenizer.padding_side = 'left';
    const model = await AutoModelForCausalLM.from_pretrained(${JSON.stringify(model)}, { dtype: ${JSON.stringify(dtype)}, device: 'wasm' });
    const inputs = tokenizer(prompts, { padding: true, add_special_tokens: false });
    const output = await model.generate({ ...inputs, max_new_tokens: count, do_sample: false });
    return output.tolist().map((row) => row.slice(-count).map(Number));
  };
</script>`;

/** A site of its own under `folder`: transformers.js, and below `models` what was unpacked there. */
export async function serveTransformers(folder: string, model: string, dtype: string): Promise<StaticServer> {
  await cp(join(library, 'dist'), join(folder, 'library'), { recursive: true });
  const wasm = /ort-wasm-simd-threaded\.(asyncify\.|jsep\.)?(mjs|wasm)$/;
  await cp(join(library, 'node_modules/onnxruntime-web/dist'), join(folder, 'ort'), { recursive: true, filter: (path) => !/\.\w+$/.test(path) || wasm.test(path) });
  await writeFile(join(folder, 'index.html'), pageText(model, dtype));
  return await serveStatic(folder);
}

declare global {
  interface Window {
    /** Greedy continuations of the prompts, as one batch that is padded on the left. */
    answer(prompts: readonly string[], count: number): Promise<number[][]>;
  }
}

/** What transformers.js writes in that page. */
export async function answersOf(page: Page, address: string, prompts: readonly string[], count: number): Promise<number[][]> {
  await page.goto(address);
  await page.waitForFunction(() => typeof window.answer === 'function');
  return await page.evaluate(([texts, tokens]) => window.answer(texts, tokens), [prompts, count] as const);
}
