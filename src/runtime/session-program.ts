import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-web';
import type { OrtSessions } from './load-ort.ts';
import { runQueue } from './run-queue.ts';
import type { Program } from './runtime.ts';
import { ProgramFailedError, ProgramRefusedError, ProgramUnknownError } from './runtime-errors.ts';

/** Fatal only: keeps onnxruntime off the console, since its errors come as exceptions with the same text. */
const LOG_SEVERITY = 4;

/**
 * One onnxruntime session and the model it came from. A run that throws leaves stale bindings behind,
 * so the session is released then and made again before the next run.
 */
export class SessionProgram implements Program {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly #ort: OrtSessions;
  readonly #model: Uint8Array;
  readonly #options: InferenceSession.SessionOptions;
  readonly #onRelease: () => void;
  #session: InferenceSession | null;
  #released = false;

  private constructor(
    ort: OrtSessions,
    name: string,
    model: Uint8Array,
    options: InferenceSession.SessionOptions,
    onRelease: () => void,
    session: InferenceSession,
  ) {
    this.#ort = ort;
    this.name = name;
    this.#model = model;
    this.#options = options;
    this.#onRelease = onRelease;
    this.#session = session;
    this.inputs = [...session.inputNames];
    this.outputs = [...session.outputNames];
  }

  /** Compiles through the queue; throws {@link ProgramRefusedError}. */
  static async create(
    ort: OrtSessions,
    name: string,
    model: Uint8Array,
    options: InferenceSession.SessionOptions,
    onRelease: () => void,
  ): Promise<SessionProgram> {
    const quiet = { ...options, logSeverityLevel: LOG_SEVERITY } as const;
    const session = await runQueue.run(() => openSession(ort, name, model, quiet));
    return new SessionProgram(ort, name, model, quiet, onRelease, session);
  }

  /** Runs once. Only for jobs that already hold the queue. Throws {@link ProgramFailedError}. */
  async execute(feeds: Record<string, OrtTensor>, fetches: readonly string[]): Promise<Record<string, OrtTensor>> {
    if (this.#released) throw new ProgramUnknownError(this.name);
    this.#session ??= await openSession(this.#ort, this.name, this.#model, this.#options);
    try {
      return await this.#session.run(feeds, fetches, { logSeverityLevel: LOG_SEVERITY });
    } catch (cause) {
      await this.#close().catch(() => undefined); // the run's own error is the one to tell
      throw new ProgramFailedError(this.name, cause);
    }
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    this.#onRelease();
    await runQueue.run(() => this.#close());
  }

  async #close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.release();
  }
}

async function openSession(
  ort: OrtSessions,
  name: string,
  model: Uint8Array,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(model, options);
  } catch (cause) {
    throw new ProgramRefusedError(name, cause);
  }
}
