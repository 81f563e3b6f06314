import { formatIds, formatOf } from '../../src/export/formats.ts';
import type { FormatId } from '../../src/export/formats.ts';
import { checkRuntimes } from './check-runtimes.ts';
import { isImpossible } from './expected-formats.ts';
import { placeOf } from './export-case.ts';
import type { ExportCase } from './export-case.ts';
import { fileModel } from './file-model.ts';
import { roundingLimitOf } from './limits.ts';
import { logitsOf, relativeError } from './reference.ts';
import type { Logits } from './reference.ts';
import { compare } from './subject.ts';
import type { Subject } from './subject.ts';
import type { Tally } from './tally.ts';

/** What is to be checked, by name. */
export interface Wanted {
  readonly formats: (id: FormatId) => boolean;
  readonly runtimes: Subject['wants'];
}

async function checkFormat(tally: Tally, exported: ExportCase, id: FormatId, wants: Subject['wants'], reference: Logits): Promise<void> {
  const name = `${exported.plan.name} ${id}`;
  const format = formatOf(id);
  const path = await placeOf(exported.folder, id);
  const held = logitsOf(await fileModel(format, path, exported.model.spec), exported.prompts);
  const rounding = roundingLimitOf(format);
  const subject = { tally, exported, format, name, path, wants, expected: rounding === null ? reference : held };
  if (rounding === null) compare(subject, 'weights', held);
  else tally.measure(`${name} weights, rounded`, relativeError(held, reference), rounding);
  await checkRuntimes(subject);
}

/** Checks each format of an exported model: the weights in its file, and what every runtime makes of it. */
export async function checkCase(tally: Tally, exported: ExportCase, { formats, runtimes }: Wanted): Promise<void> {
  const { plan, model, prompts, unavailable } = exported;
  const reference = logitsOf(model, prompts);
  for (const id of formatIds.filter(formats)) {
    const reason = unavailable.get(id);
    const impossible = isImpossible(id, model.spec);
    if (reason !== undefined) tally.say(impossible, `${plan.name} ${id}: not available: ${reason}`);
    else if (impossible) tally.say(false, `${plan.name} ${id}: was written, and no runtime can open it`);
    else await tally.attempt(`${plan.name} ${id}`, () => checkFormat(tally, exported, id, runtimes, reference));
  }
}
