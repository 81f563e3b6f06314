import { expect, test } from './support/test.ts';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startButton } from './support/open-page.ts';

const minute = 60_000;
const model = fileURLToPath(new URL('../public/models/tales-6m/', import.meta.url));

/** Files of the bundled model that are not what they should be, and what the page must say. */
const faults = [
  { file: 'model.safetensors', spoil: (bytes: Buffer) => bytes.subarray(0, 1_000_000), said: /cut off|truncated|end of the file|shorter/i },
  { file: 'config.json', spoil: (bytes: Buffer) => Buffer.from(bytes.toString().replace('"hidden_size": 256', '"hidden_size": -1')), said: /hidden_size/ },
  { file: 'config.json', spoil: (bytes: Buffer) => Buffer.from(bytes.toString().replace('"model_type": "llama"', '"model_type": "gpt2"')), said: /gpt2/i },
  { file: 'tokenizer.json', spoil: () => Buffer.from('{"model": 1}'), said: /tokenizer/i },
];

for (const { file, spoil, said } of faults) {
  test(`a spoilt ${file} is refused with what is wrong (${said.source})`, async ({ page, context }) => {
    const spoilt = spoil(await readFile(`${model}${file}`));
    await context.route(new RegExp(`/models/tales-6m/${file.replace('.', '\\.')}$`), (route) => route.fulfill({ body: spoilt }));
    await page.goto('./');
    await startButton(page).click();
    const failure = page.getByRole('alert').filter({ hasText: said });
    await expect(failure.first()).toBeVisible({ timeout: minute });
    await expect(page.getByRole('button', { name: 'Pause' })).toHaveCount(0);
  });
}
