import type { Graph } from '../onnx/graph.ts';
import { serialize } from '../onnx/serialize.ts';
import type { Program, Runtime, Tensor } from '../runtime/runtime.ts';
import { IR_VERSION } from './graphs/graph-options.ts';
import { embedGraph, klGraph, logitsGraph, lossGraph, measureGraph, nllGraph, teacherGraph } from './graphs/head-graph.ts';
import {
  normBackwardGraph,
  normGraph,
  tileDivergenceGraph,
  tileEntropyGraph,
  tileKlGraph,
  tileLogitsGraph,
  tileLossGraph,
  tileMeasureGraph,
  tileNllGraph,
  tileTargetsGraph,
  tileTeacherGraph,
  tileTotalGraph,
} from './graphs/tile-graph.ts';
import { cachedAttentionGraph, moduleProgramGraph } from './graphs/module-program.ts';
import { programFlop } from './program-flop.ts';
import type { ModelSpec } from './spec.ts';

/** The sessions that serve every layer, every candidate and every width. */
const GRAPHS = {
  embed: embedGraph,
  'attention.forward': (spec: ModelSpec) => moduleProgramGraph(spec, 'attention', 'forward'),
  'attention.calibrate': (spec: ModelSpec) => moduleProgramGraph(spec, 'attention', 'calibrate'),
  'attention.record': (spec: ModelSpec) => moduleProgramGraph(spec, 'attention', 'record'),
  'attention.forward-in-blocks': (spec: ModelSpec) => moduleProgramGraph(spec, 'attention', 'forward', { inBlocks: true }),
  'attention.calibrate-in-blocks': (spec: ModelSpec) => moduleProgramGraph(spec, 'attention', 'calibrate', { inBlocks: true }),
  'attention.record-in-blocks': (spec: ModelSpec) => moduleProgramGraph(spec, 'attention', 'record', { inBlocks: true }),
  'attention.backward': (spec: ModelSpec) => moduleProgramGraph(spec, 'attention', 'backward'),
  'attention.first': (spec: ModelSpec) => cachedAttentionGraph(spec, { past: false }),
  'attention.next': (spec: ModelSpec) => cachedAttentionGraph(spec, { past: true }),
  'mlp.forward': (spec: ModelSpec) => moduleProgramGraph(spec, 'mlp', 'forward'),
  'mlp.calibrate': (spec: ModelSpec) => moduleProgramGraph(spec, 'mlp', 'calibrate'),
  'mlp.record': (spec: ModelSpec) => moduleProgramGraph(spec, 'mlp', 'record'),
  'mlp.backward': (spec: ModelSpec) => moduleProgramGraph(spec, 'mlp', 'backward'),
  'head.logits': logitsGraph,
  'head.teacher': teacherGraph,
  'head.kl': klGraph,
  'head.nll': nllGraph,
  'head.measure': measureGraph,
  'head.loss': (spec: ModelSpec) => lossGraph(spec, { embeddings: true }),
  'head.loss-frozen': (spec: ModelSpec) => lossGraph(spec, { embeddings: false }),
  'head.norm': normGraph,
  'head.norm-backward': normBackwardGraph,
  'tile.logits': tileLogitsGraph,
  'tile.total': tileTotalGraph,
  'tile.targets': tileTargetsGraph,
  'tile.nll': tileNllGraph,
  'tile.teacher': tileTeacherGraph,
  'tile.entropy': tileEntropyGraph,
  'tile.kl': tileKlGraph,
  'tile.divergence': tileDivergenceGraph,
  'tile.measure': tileMeasureGraph,
  'tile.loss': (spec: ModelSpec) => tileLossGraph(spec, { embeddings: true }),
  'tile.loss-frozen': (spec: ModelSpec) => tileLossGraph(spec, { embeddings: false }),
} satisfies Record<string, (spec: ModelSpec) => Graph>;

export type ProgramName = keyof typeof GRAPHS;

/** Runs a program by its name; feeds are borrowed, the outputs belong to the caller. */
export type RunProgram = (name: ProgramName, feeds: Readonly<Record<string, Tensor>>) => Promise<Record<string, Tensor>>;

/** Compiles each program at its first use and owns it. */
export class Programs implements AsyncDisposable {
  readonly #runtime: Runtime;
  readonly #spec: ModelSpec;
  readonly #compiled = new Map<ProgramName, Promise<Program>>();
  #flop = 0;

  constructor(runtime: Runtime, spec: ModelSpec) {
    this.#runtime = runtime;
    this.#spec = spec;
  }

  /** Runs a program; feeds are borrowed, the outputs belong to the caller. */
  async run(name: ProgramName, feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
    const outputs = await this.#runtime.run(await this.#program(name), feeds);
    this.#flop += programFlop(name, feeds, outputs);
    return outputs;
  }

  /** FLOP of all runs so far; see {@link programFlop}. */
  get flop(): number {
    return this.#flop;
  }

  #program(name: ProgramName): Promise<Program> {
    const known = this.#compiled.get(name);
    if (known) return known;
    const made = this.#runtime.compile(name, serialize(GRAPHS[name](this.#spec), { irVersion: IR_VERSION }));
    this.#compiled.set(name, made);
    made.catch(() => this.#compiled.delete(name)); // the next use tries again
    return made;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const compiled = [...this.#compiled.values()];
    this.#compiled.clear();
    for (const program of await Promise.allSettled(compiled)) if (program.status === 'fulfilled') await program.value.release();
  }
}
