import type { RunConfig } from '../run/run-config.ts';
import { createRuntime } from '../runtime/create-runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';

interface Loaded {
  readonly runtime: Runtime;
  readonly backend: RunConfig['backend'];
  /** As they were asked for; null: as many as usual. */
  readonly threads: number | null;
  lost: boolean;
}

/** The one runtime of this worker. */
export class RuntimeHolder {
  siteBase = '';
  #loaded: Loaded | null = null;

  /** Whether that runtime is there already and can be used. */
  has(backend: RunConfig['backend'], threads: number | null): boolean {
    const loaded = this.#loaded;
    return loaded !== null && !loaded.lost && [loaded.backend, loaded.runtime.info.backend].includes(backend) && (threads === null || loaded.runtime.info.threads === threads);
  }

  /** Whether only another worker can have so many threads: onnxruntime starts once, and keeps the number. */
  isBoundToOther(threads: number | null): boolean {
    const info = this.#loaded?.runtime.info;
    return threads !== null && info?.backend === 'wasm' && info.threads !== threads;
  }

  /** That runtime, in place of the one before. Throws BackendUnavailableError. */
  async take(backend: RunConfig['backend'], threads: number | null = null): Promise<Runtime> {
    if (this.#loaded !== null && this.has(backend, threads)) return this.#loaded.runtime;
    return await this.#open(backend, threads, false);
  }

  /** The same runtime anew: its device was lost, or ran out of memory. Throws BackendUnavailableError. */
  async reopen({ smaller }: { readonly smaller: boolean }): Promise<Runtime> {
    const loaded = this.#loaded;
    return await this.#open(loaded?.runtime.info.backend ?? 'auto', loaded?.threads ?? null, smaller);
  }

  async #open(backend: RunConfig['backend'], threads: number | null, smaller: boolean): Promise<Runtime> {
    await this.#close();
    let lost = (): void => undefined;
    const runtime = await createRuntime({ prefer: backend, assetBase: this.siteBase, onLost: () => lost(), ...(threads !== null && { threads }), ...(smaller && { smaller }) });
    const loaded: Loaded = { runtime, backend, threads, lost: false };
    lost = () => {
      loaded.lost = true;
    };
    this.#loaded = loaded;
    return runtime;
  }

  async #close(): Promise<void> {
    const old = this.#loaded;
    this.#loaded = null;
    try {
      await old?.runtime[Symbol.asyncDispose]();
    } catch (error) {
      if (old?.lost !== true) throw error; // what was on a lost device is gone with it
    }
  }
}
