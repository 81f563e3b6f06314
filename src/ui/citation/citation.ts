import { paperBibtex, paperText } from '../../run/card/paper-citation.ts';
import { modelName } from '../../sources/model-ref.ts';
import type { RunState } from '../../store/run-state.ts';
import { targetShort } from '../format/target-words.ts';

/** What a run is cited by. */
export interface CitedRun extends Pick<RunState, 'config' | 'model' | 'startedAt'> {
  /** An address with the run's settings: it repeats the run. */
  readonly link: string;
  /** Of this program. */
  readonly version: string;
}

export interface Citation {
  readonly bibtex: string;
  readonly text: string;
}

export const paperCitation: Citation = { bibtex: paperBibtex, text: paperText };

/** Characters that mean something in TeX, as they are written to mean themselves. */
const tex: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '\u202f': '\\,',
  '×': '$\\times$',
};

const inTex = (text: string): string => text.replaceAll(/[\\~^\u202f×#$%&_{}]/g, (character) => tex[character] ?? `\\${character}`);

/** A narrow space is lost where text is pasted. */
const plain = (text: string): string => text.replaceAll('\u202f', ' ');

/** The run in BibTeX and in a sentence; null before it began. */
export function runCitation({ config, model, startedAt, link, version }: CitedRun): Citation | null {
  if (!config || startedAt === null) return null;
  const day = startedAt.slice(0, 10);
  const name = modelName(config.model);
  const revision = model?.about.revision ?? null;
  const title = `${name}, ${plain(targetShort(config.target))}`;
  const facts = [`seed ${config.seed}`, ...(revision === null ? [] : [`model revision ${revision}`]), `DarwinLM Web ${version}`, `run of ${day}`];
  const key = ['darwinlm-web', name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'), day].join('-');
  const bibtex = [
    `@misc{${key},`,
    `  title        = {DarwinLM Web: ${inTex(title)}},`,
    `  year         = {${day.slice(0, 4)}},`,
    `  howpublished = {\\url{${link}}},`,
    `  note         = {${inTex(facts.join(', '))}}`,
    '}',
  ].join('\n');
  return { bibtex, text: `DarwinLM Web: ${title}. ${facts.join(', ')}. ${link}` };
}
