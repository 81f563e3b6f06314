/** The phases of a run, in order. */
export const phases = ['load', 'calibrate', 'database', 'search', 'post-train', 'evaluate', 'export'] as const;
export type Phase = (typeof phases)[number];
