/** How a compared run is drawn, by its place among the pinned: a colour and a dash each. */
export interface RunLook {
  readonly colour: string;
  readonly dash: string | undefined;
}

const looks: readonly RunLook[] = [
  { colour: 'var(--ink)', dash: undefined },
  { colour: 'var(--r2)', dash: '11 3' },
  { colour: 'var(--r3)', dash: '5 2' },
  { colour: 'var(--r4)', dash: '2 2' },
];

/** The look of the run that was pinned as number `index` (from 0). */
export const lookOf = (index: number): RunLook => looks[index] ?? { colour: 'var(--ink3)', dash: undefined };
