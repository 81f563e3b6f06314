import { IR_VERSION, OPSET } from '../model/graphs/graph-options.ts';
import { take } from '../model/take.ts';
import { Graph } from '../onnx/graph.ts';
import { gather } from '../onnx/ops.ts';
import { serialize } from '../onnx/serialize.ts';
import type { Program, Runtime, Tensor } from '../runtime/runtime.ts';

/** Picks rows of matrices, or entries of vectors, on the device. Its programs are compiled when they are first used. */
export class RowGather implements AsyncDisposable {
  readonly #runtime: Runtime;
  /** By rank of the tensor. */
  readonly #programs = new Map<number, Promise<Program>>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** Rows of a float32 tensor `[rows, ...]`, in this order: a new tensor. Throws RangeError for a row that is not there. */
  async gather(tensor: Tensor, rows: Int32Array): Promise<Tensor> {
    const [count = 0] = tensor.shape;
    // A GPU would read beyond the tensor in silence.
    const wrong = rows.find((row) => row < 0 || row >= count);
    if (wrong !== undefined) throw new RangeError(`row ${wrong} of ${count}`);
    const program = await this.#program(tensor.shape.length);
    using ids = this.#runtime.upload(rows, [rows.length]);
    return take(await this.#runtime.run(program, { table: tensor, ids }), 'y');
  }

  #program(rank: number): Promise<Program> {
    const known = this.#programs.get(rank);
    if (known !== undefined) return known;
    const name = `gather rows of rank ${rank}`;
    const graph = new Graph(name, OPSET);
    const table = graph.input('table', 'float32', ['rows', 'width'].slice(0, rank));
    graph.output('y', gather(graph, table, graph.input('ids', 'int32', ['kept'])));
    const made = this.#runtime.compile(name, serialize(graph, { irVersion: IR_VERSION }));
    this.#programs.set(rank, made);
    made.catch(() => this.#programs.delete(rank)); // the next use tries again
    return made;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const programs = [...this.#programs.values()];
    this.#programs.clear();
    for (const program of await Promise.allSettled(programs)) if (program.status === 'fulfilled') await program.value.release();
  }
}
