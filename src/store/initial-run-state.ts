import { phases, type Phase } from '../run/run-events.ts';
import type { PhaseState, RunState } from './run-state.ts';

const ahead: PhaseState = { status: 'ahead', done: 0, total: 0, unit: '', note: null, seconds: null };

/** Before the first event. */
export const initialRunState: RunState = {
  config: null,
  startedAt: null,
  at: 0,
  device: null,
  model: null,
  corpus: null,
  phases: Object.fromEntries(phases.map((phase) => [phase, ahead])) as Record<Phase, PhaseState>,
  phase: null,
  estimate: { phaseSeconds: null, runSeconds: null, flops: null },
  memory: { tensors: 0, bytes: 0, peakBytes: 0 },
  profile: null,
  database: { granularity: null, modules: [], progress: {}, bytes: 0, ready: false },
  latency: null,
  search: null,
  postTraining: { total: 0, losses: [], measured: [] },
  quality: {},
  speed: {},
  exports: { name: '', offers: [], written: {} },
  warnings: [],
  result: null,
  failure: null,
  restoring: null,
  log: [],
};
