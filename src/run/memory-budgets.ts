/** Limits that the phases of a run keep, bytes; the memory plan counts with the same numbers. */
export const budgets = {
  /** Hessians in memory; beyond this they go to the scratch storage. */
  hessians: 192 << 20,
  /** Level weights in memory; beyond this they go to the scratch storage. */
  levelWeights: 192 << 20,
  /** Hidden states of the calibration between two modules; beyond this they go to the scratch storage. */
  hidden: 256 << 20,
  /** Logits of a chunk of tokens. */
  logits: 64 << 20,
  /** The dense model's probabilities that a set keeps. */
  teacher: 96 << 20,
  /** Hidden states of the dense model for the fitness pool, and the tokens of that pool. */
  denseStates: 96 << 20,
  fitnessPool: 32_768,
  /** Hidden states of untrained candidates, before a module and behind it. */
  candidateStates: 96 << 20,
  /** Gathered modules: one and a half models at the target, so that a parent and what its offspring change stay. */
  moduleCache: (targetModules: number): number => Math.max(192 << 20, 1.5 * targetModules),
  /** The page or process itself, its workers and onnxruntime's code and heap at rest. Set so that plans meet what was measured: docs/quality.md. */
  program: 350 << 20,
} as const;
