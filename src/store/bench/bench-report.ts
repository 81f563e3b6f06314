import { figureValue } from '../../bench/describe-figure.ts';
import type { Figure } from '../../bench/bench.ts';
import type { BenchState, GroupState } from './bench-state.ts';

/** What browser and device say of themselves. */
export interface BrowserFacts {
  readonly browser: string;
  /** Logical processors. */
  readonly processors: number;
  readonly isolated: boolean;
}

export type ReportFact = readonly [name: string, value: string];

/** The device in words: what a reader of the numbers has to know. */
export function deviceFacts({ device, choice }: BenchState, { browser, processors, isolated }: BrowserFacts): ReportFact[] {
  if (device === null || choice === null) return [];
  const { label, details, threads } = device;
  const described = [details['vendor'], details['architecture'], details['description']].filter((part) => typeof part === 'string' && part !== '');
  return [
    ['Runs on', label],
    ...(described.length === 0 ? [] : [['Adapter', described.join(', ')] as const]),
    ['Threads', `${threads} of ${processors} processors`],
    ['Cross-origin isolated', isolated ? 'yes' : 'no, so one thread'],
    ['Browser', browser],
    ['onnxruntime-web', String(details['onnxruntime'] ?? 'not told')],
    ['Measured', choice.effort === 'quick' ? 'quick: few rounds' : 'full'],
  ];
}

/** What stands in front of the figures of a group that has none or not all. */
const failureLine = ({ group, failure }: GroupState): string => (failure === null ? '' : `\n${group}: ${failure.what}\n`);

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);

function markdownRow({ name, note = '', ...figure }: Figure): string {
  return `| ${cell(name)} | ${cell(figureValue({ name, ...figure }))} | ${cell(note)} |`;
}

/** Device and figures as Markdown, to paste into an issue. Values are medians, with quartiles where there are several rounds. */
export function benchMarkdown(state: BenchState, browser: BrowserFacts): string {
  const facts = deviceFacts(state, browser).map(([name, value]) => `- ${name}: ${value}`);
  const rows = state.groups.flatMap(({ figures }) => figures).map(markdownRow);
  const failures = state.groups.map(failureLine).join('');
  return ['**DarwinLM Web benchmark**', '', ...facts, '', '| what | median (quartiles) | note |', '| --- | ---: | --- |', ...rows].join('\n') + `\n${failures}`;
}

/** The figures as rows of fields, the names first; numbers in full precision. */
export function benchRows({ groups }: BenchState): (string | number | null)[][] {
  const rows = groups.flatMap(({ group, figures }) =>
    figures.map(({ name, value, unit, quartiles, note = '' }) => [group, name, value, unit, quartiles?.[0] ?? null, quartiles?.[1] ?? null, note]),
  );
  return [['group', 'name', 'median', 'unit', 'first quartile', 'third quartile', 'note'], ...rows];
}
