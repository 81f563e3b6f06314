import type { Runtime, Tensor } from '../runtime/runtime.ts';
import { EMBEDDING } from './parameters.ts';
import type { RunProgram } from './programs.ts';
import { namedTiles } from './table.ts';
import type { Table, Tile } from './table.ts';
import { take } from './take.ts';

/** Looks up rows of an embedding that may be in tiles, and adds gradients to them. */
export class Embedding {
  readonly #runtime: Runtime;
  readonly #run: RunProgram;

  constructor(runtime: Runtime, run: RunProgram) {
    this.#runtime = runtime;
    this.#run = run;
  }

  /** `[tokens, d]`, the caller's. Throws RangeError for an id that the table does not have. */
  async lookUp(table: Table, ids: Int32Array): Promise<Tensor> {
    const parts = placesByTile(table, ids);
    const [only] = parts;
    if (only !== undefined && parts.length === 1 && table.length === 1) return await this.#gather(only.tile.tensor, ids);
    const embedded = this.#runtime.zeros([ids.length, table[0]?.tensor.shape[1] ?? 0]);
    try {
      for (const { tile, rows, positions } of parts) {
        using found = await this.#gather(tile.tensor, rows);
        await this.#runtime.scatterAddRows(embedded, positions, found);
      }
      return embedded;
    } catch (error) {
      embedded.dispose();
      throw error;
    }
  }

  /**
   * Adds `dEmbedded [tokens, d]` to the gradient of every tile, by name in `gradients`, where those that are missing begin
   * at zero. Rows of equal ids are summed in order of position, so the result does not depend on the back end's scheduling.
   */
  async addGradients(table: Table, ids: Int32Array, dEmbedded: Tensor, gradients: Map<string, Tensor>): Promise<void> {
    const parts = new Map(placesByTile(table, ids).map((part) => [part.tile, part]));
    for (const [name, tile] of namedTiles(EMBEDDING, table)) {
      const gradient = gradients.get(name) ?? this.#runtime.zeros(tile.tensor.shape);
      gradients.set(name, gradient);
      const part = parts.get(tile);
      if (part === undefined) continue;
      if (part.positions.length === ids.length) {
        await this.#runtime.scatterAddRows(gradient, part.rows, dEmbedded);
        continue;
      }
      using values = await this.#gather(dEmbedded, part.positions);
      await this.#runtime.scatterAddRows(gradient, part.rows, values);
    }
  }

  async #gather(table: Tensor, rows: Int32Array): Promise<Tensor> {
    using ids = this.#runtime.upload(rows.slice(), [rows.length]);
    return take(await this.#run('embed', { table, ids }), 'y');
  }
}

/** Ids that lie in one tile. */
interface Places {
  readonly tile: Tile;
  /** Rows of the tile. */
  readonly rows: Int32Array;
  /** Where they stand among all ids, ascending. */
  readonly positions: Int32Array;
}

/** The tiles that hold any of the ids; each id is in one of them. */
function placesByTile(table: Table, ids: Int32Array): Places[] {
  const parts = table.flatMap((tile): Places[] => {
    const positions = Int32Array.from(ids.keys()).filter((position) => {
      const id = ids[position] ?? -1;
      return id >= tile.start && id < tile.end;
    });
    return positions.length === 0 ? [] : [{ tile, positions, rows: positions.map((position) => (ids[position] ?? 0) - tile.start) }];
  });
  const found = parts.reduce((sum, { positions }) => sum + positions.length, 0);
  if (found !== ids.length) throw new RangeError(`${ids.length - found} token ids that the embedding does not have`);
  return parts;
}
