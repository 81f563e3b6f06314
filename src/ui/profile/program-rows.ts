import type { ProgramProfile, RunProfile } from '../../run/run-profile.ts';
import { COMPILING } from '../../runtime/runtime.ts';
import { csv } from '../parts/csv.ts';

/** A line of the table of sessions and kernels. */
export interface ProgramRow extends ProgramProfile {
  /** Seconds of one run, on average; null where it never ran. */
  readonly each: number | null;
  /** Of all phases' time. */
  readonly share: number;
}

export interface ProgramRows {
  /** The most seconds first, as they are told. */
  readonly rows: readonly ProgramRow[];
  /** Outside all of them; compiling is part of it. */
  readonly host: Outside;
  readonly compiling: Outside & Pick<ProgramRow, 'runs' | 'each'>;
}

interface Outside {
  readonly seconds: number;
  /** Of all phases' time. */
  readonly share: number;
}

export function programRows({ phases, programs, hostSeconds }: Pick<RunProfile, 'phases' | 'programs' | 'hostSeconds'>): ProgramRows {
  const all = phases.reduce((sum, { seconds }) => sum + seconds, 0);
  const share = (seconds: number): number => (all > 0 ? seconds / all : 0);
  const eachOf = (taken: { readonly runs: number; readonly seconds: number }): number | null => (taken.runs > 0 ? taken.seconds / taken.runs : null);
  const rows = programs.filter(({ name }) => name !== COMPILING).map((program) => ({ ...program, each: eachOf(program), share: share(program.seconds) }));
  const { runs, seconds } = programs.find(({ name }) => name === COMPILING) ?? { runs: 0, seconds: 0 };
  return { rows, host: { seconds: hostSeconds, share: share(hostSeconds) }, compiling: { runs, seconds, each: eachOf({ runs, seconds }), share: share(seconds) } };
}

/** Plain numbers, full precision. */
export const programsCsv = ({ rows, host, compiling }: ProgramRows): string =>
  csv([
    ['session_or_kernel', 'runs', 'seconds', 'seconds_per_run', 'share', 'gpu_seconds'],
    ...rows.map(({ name, runs, seconds, each, share, gpuSeconds }) => [name, runs, seconds, each, share, gpuSeconds]),
    ['(outside)', null, host.seconds, null, host.share, null],
    ['(outside: compiling)', compiling.runs, compiling.seconds, compiling.each, compiling.share, null],
  ]);
