import { parseAddress } from '../sources/model-ref.ts';
import { parametersOf } from './card/card-facts.ts';
import type { ModelCardFacts } from './card/card-facts.ts';
import { figure } from './card/figures.ts';
import { filesSection, loadingSection } from './card/files-section.ts';
import { frontMatter } from './card/front-matter.ts';
import { limitsSection } from './card/limits-section.ts';
import { code, escaped, list } from './card/markdown.ts';
import { doneSection, methodSection } from './card/method-section.ts';
import { resultsSection } from './card/results-section.ts';
import { shapeSection } from './card/shape-section.ts';

export type { ModelCardFacts } from './card/card-facts.ts';

function whatItIs(facts: ModelCardFacts): string {
  const { dense, pruned } = parametersOf(facts);
  const name = escaped(facts.about.name);
  if (facts.result === null) return `The model ${name} with ${figure(pruned.total)} parameters, written in other formats by DarwinLM Web as it was opened.`;
  return (
    `The model ${name} with ${figure(pruned.total)} of its ${figure(dense.total)} parameters (a share of ${figure(pruned.total / dense.total)}). Attention heads and MLP channels were ` +
    `taken out by DarwinLM Web, as many in each layer as a search found best, and the rest was made to fit. Its held-out perplexity is ` +
    `${figure(facts.result.heldOut.winner.perplexity)}, from ${figure(facts.result.heldOut.dense.perplexity)}.`
  );
}

function baseSection({ about, baseModel }: ModelCardFacts): string {
  const address = about.card === null ? null : parseAddress(about.card);
  return [
    '## Base model',
    list([
      `Name: ${escaped(about.name)}`,
      `Source: ${code(baseModel)}`,
      `Revision: ${about.revision === null ? 'not known' : escaped(about.revision)}`,
      about.licence === null
        ? 'Licence: not told; ask where the base model comes from before passing this one on'
        : `Licence: ${escaped(about.licence)}. It holds for this model too: keep it with the files`,
      // `&` would begin an entity; all else that ends an address in angle brackets is percent-encoded already.
      ...(address === null ? [] : [`[Model card of the base model](<${address.href.replaceAll('&', '&amp;')}>)`]),
    ]),
  ].join('\n\n');
}

/**
 * README.md of a model folder, for the Hub and for whoever finds it on a disk: what it is, from what and how it was made, what was
 * measured, how each runtime loads it, what it is not good for. The numbers are those of `result.json` and of the checks of the
 * files, by the rule of {@link figure}. The same facts give the same text: nothing in it depends on the time or the machine.
 */
export function modelCard(facts: ModelCardFacts): string {
  const sections = [
    frontMatter(facts),
    `# Model ${escaped(facts.name)}`,
    whatItIs(facts),
    resultsSection(facts),
    baseSection(facts),
    facts.result === null ? null : methodSection,
    doneSection(facts),
    filesSection(facts),
    loadingSection(facts),
    shapeSection(facts.spec),
    limitsSection(facts),
  ];
  return `${sections.filter((section) => section !== null).join('\n\n')}\n`;
}
