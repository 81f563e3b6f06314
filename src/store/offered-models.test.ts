import { expect, it } from 'vitest';
import { totalParameters } from '../model/spec.ts';
import { curatedModels } from '../sources/curated-models.ts';
import { parseModelRef } from '../sources/model-ref.ts';
import { offeredModels } from './offered-models.ts';

it('the shapes of offered models have exactly the parameters that the curated list states', () => {
  const ids = offeredModels.map(({ model, spec, bytes }) => {
    const ref = parseModelRef(model);
    const curated = curatedModels.find(({ id }) => ref.kind === 'hub' && id === ref.id);
    expect({ parameters: totalParameters(spec), bytes }).toEqual({ parameters: curated?.parameters, bytes: curated?.weightBytes });
    return curated?.id;
  });
  expect(ids).toEqual(['HuggingFaceTB/SmolLM2-135M', 'Qwen/Qwen2.5-0.5B']);
});
