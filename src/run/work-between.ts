import { COMPILING, type ProgramWork, type RuntimeWork } from '../runtime/runtime.ts';

export const noWork: RuntimeWork = { programs: new Map(), uploads: 0, uploadedBytes: 0, readbacks: 0, readBytes: 0 };

const nothing: ProgramWork = { runs: 0, seconds: 0, firstSeconds: 0, gpuSeconds: null };

/** `a + sign * b`; seconds of the GPU are known where one of them is. */
function combined(a: ProgramWork, b: ProgramWork, sign: 1 | -1): ProgramWork {
  const gpuSeconds = a.gpuSeconds === null && b.gpuSeconds === null ? null : (a.gpuSeconds ?? 0) + sign * (b.gpuSeconds ?? 0);
  const firstSeconds = a.firstSeconds + sign * b.firstSeconds;
  return { runs: a.runs + sign * b.runs, seconds: a.seconds + sign * b.seconds, firstSeconds, gpuSeconds };
}

function combine(a: RuntimeWork, b: RuntimeWork, sign: 1 | -1): RuntimeWork {
  const names = new Set([...a.programs.keys(), ...b.programs.keys()]);
  const all = [...names].map((name) => [name, combined(a.programs.get(name) ?? nothing, b.programs.get(name) ?? nothing, sign)] as const);
  return {
    programs: new Map(all.filter(([, { runs, gpuSeconds }]) => runs > 0 || (gpuSeconds ?? 0) > 0)),
    uploads: a.uploads + sign * b.uploads,
    uploadedBytes: a.uploadedBytes + sign * b.uploadedBytes,
    readbacks: a.readbacks + sign * b.readbacks,
    readBytes: a.readBytes + sign * b.readBytes,
  };
}

/** What one runtime did between two moments. */
export const workBetween = (before: RuntimeWork, after: RuntimeWork): RuntimeWork => combine(after, before, -1);

/** What was done in two stretches together. */
export const addWork = (a: RuntimeWork, b: RuntimeWork): RuntimeWork => combine(a, b, 1);

/** Seconds for what is done once: compiling, and what first runs took beyond later ones, on average. */
export const onceSeconds = ({ programs }: RuntimeWork): number =>
  [...programs].reduce((sum, [name, { runs, seconds, firstSeconds }]) => {
    if (name === COMPILING) return sum + seconds;
    return runs < 2 ? sum : sum + Math.max(0, firstSeconds - (seconds - firstSeconds) / (runs - 1));
  }, 0);

/** Seconds inside programs and kernels; what compiling took is not among them. */
export const programSeconds = ({ programs }: RuntimeWork): number =>
  [...programs].reduce((sum, [name, { seconds }]) => (name === COMPILING ? sum : sum + seconds), 0);
