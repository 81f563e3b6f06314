import { test } from 'vitest';
import * as fc from 'fast-check';
import { askLlama, planOf, tinyCompanions } from './gguf.fixture.ts';
import { randomModel, specArbitrary } from '../../model/plain-model.fixture.ts';
import { referenceLogits } from '../../model/reference-forward.fixture.ts';
import { enclosingShape } from '../rewrite/padded.ts';
import { ggufUnavailable } from './gguf-unavailable.ts';

function logp(row: number[]) { const m = Math.max(...row); const s = Math.log(row.reduce((a, b) => a + Math.exp(b - m), 0)) + m; return row.map((x) => x - s); }
const N = Number(process.env['N'] ?? 10);
test('scratch', async () => {
  const specs = fc.sample(specArbitrary, { numRuns: 40 * N, seed: Number(process.env['SEED'] ?? 1) });
  let done = 0;
  const skipped = new Map<string, number>();
  for (const [index, spec0] of specs.entries()) {
    const spec = { ...spec0, windows: null };
    const shape = index % 3 === 0 ? 'padded' as const : 'irregular' as const;
    const type = index % 4 === 3 ? 'q8_0' as const : 'f16' as const;
    const un = ggufUnavailable(spec, { shape, dense: enclosingShape(spec), companions: tinyCompanions });
    if (un) { skipped.set(un.reason, (skipped.get(un.reason) ?? 0) + 1); continue; }
    const model = randomModel(spec, index);
    const ids = Array.from({ length: 6 }, (_, i) => (7 * i + index) % spec.vocabulary);
    try {
      const t = performance.now();
      const got = await askLlama(planOf(model, { shape, type }), { prompts: [ids], generate: 2 });
      const ms = performance.now() - t;
      const want = referenceLogits(model, ids);
      let num = 0, den = 0;
      for (let p = 0; p < ids.length; p++) {
        const w = logp(want.slice(p * spec.vocabulary, (p + 1) * spec.vocabulary));
        w.forEach((x, i) => { num += (x - got.logProbabilities[0]![p]![i]!) ** 2; den += x * x; });
      }
      const rel = Math.sqrt(num / den);
      console.log(index, spec.family, shape, type, spec.rotary.scaling?.type, 'tied', spec.tiedHead, 'ob', spec.outputBias, 'qkv', spec.qkvBias, rel.toExponential(2), rel > 3e-3 ? 'BAD ' + JSON.stringify(spec.layers) + spec.headDim : '', ms.toFixed(0), got.warnings.filter((x) => !/newline|control-looking/.test(x)));
    } catch (e) { console.log(index, 'FAIL', spec.family, shape, type, JSON.stringify(spec), String(e).slice(0, 1500)); }
    if (++done >= N) break;
  }
  console.log([...skipped]);
}, 600_000);
