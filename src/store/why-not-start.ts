import type { DeviceLimits } from '../run/device-limits.ts';
import { planMemory } from '../run/memory-plan.ts';
import type { RunConfig } from '../run/run-config.ts';
import { modelName } from '../sources/model-ref.ts';
import { lookOf, type ModelState } from './model-store.ts';
import { textPlace } from './text-place.ts';

/** Why a run of these settings cannot be started now, in a sentence; null where it can. `limits`: null until the device is known. */
export function whyNotStart(config: RunConfig, models: Pick<ModelState, 'looks' | 'texts'>, limits: DeviceLimits | null): string | null {
  const look = lookOf(models, config.model);
  if (!look || look.status === 'looking') return `Looking into ${modelName(config.model)}…`;
  if (look.status === 'failed') return look.explanation.what;
  for (const [use, text] of [['training', config.texts.training], ['held-out', config.texts.heldOut]] as const) {
    const seen = models.texts.get(textPlace(text));
    if (seen?.status === 'failed') return `The ${use} text: ${seen.explanation.what}`;
  }
  const problem = limits && planMemory(config, look.inspection.spec, limits).problems[0];
  return problem ? `${modelName(config.model)} does not fit in memory. ${problem}` : null;
}
