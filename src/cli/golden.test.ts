import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

function golden(...paths: string[]): { code: number | null; out: string; errors: string[] } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'src/cli/golden.ts', ...paths], { cwd: root, encoding: 'utf8' });
  return { code: status, out: stdout, errors: stderr.trim().split('\n') };
}

describe('npm run golden', () => {
  it('passes a golden folder, passes over the README beside it, and says so', () => {
    const { code, out } = golden('fixtures/goldens/README.md', 'fixtures/goldens/llama-mha');
    expect(out).toMatch(/^pass {2}fixtures\/goldens\/llama-mha: \d+ checks passed, 0 failed\n1 of 1 folders passed$/m);
    expect(out).toMatch(/README\.md is a file and was passed over/);
    expect(code).toBe(0);
  });

  it.each([
    ['a folder that is not there', ['fixtures/goldens/none'], 'There is no folder fixtures/goldens/none.'],
    ['a folder that is no golden', ['src/golden'], 'There is no file "golden.json" in src/golden.'],
    ['no folder', [], 'No golden folder was named.'],
  ])('fails for %s, in three lines', (_, paths, what) => {
    const { code, errors } = golden(...paths);
    expect(code).toBe(1);
    expect(errors).toHaveLength(3);
    expect(errors[0]).toBe(what);
  });

  it('fails when files were all it got', () => {
    const { code, out } = golden('package.json');
    expect(code).toBe(1);
    expect(out).toMatch(/FAIL {2}nothing was checked/);
  });
});
