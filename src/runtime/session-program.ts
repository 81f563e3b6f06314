import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-web';
import { ortStarted, type OrtSessions } from './load-ort.ts';
import { runQueue } from './run-queue.ts';
import type { Program } from './runtime.ts';
import { ProgramFailedError, ProgramRefusedError, ProgramUnknownError } from './runtime-errors.ts';

/** Fatal only: keeps onnxruntime off the console, since its errors come as exceptions with the same text. */
const LOG_SEVERITY = 4;

/** What a session is made of. */
export interface ProgramSource {
  readonly name: string;
  readonly model: Uint8Array;
  readonly options: InferenceSession.SessionOptions;
  /** Whether it is kept to make the session again after a failed run. What is too large for that is not. */
  readonly kept: boolean;
}

/**
 * One onnxruntime session and the model it came from. A run that throws leaves stale bindings behind,
 * so the session is released then and made again before the next run.
 */
export class SessionProgram implements Program {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly #ort: OrtSessions;
  readonly #source: ProgramSource | null;
  readonly #onRelease: () => void;
  #session: InferenceSession | null;
  #released = false;

  private constructor(ort: OrtSessions, source: ProgramSource, onRelease: () => void, session: InferenceSession) {
    this.#ort = ort;
    this.name = source.name;
    this.#source = source.kept ? source : null;
    this.#onRelease = onRelease;
    this.#session = session;
    this.inputs = [...session.inputNames];
    this.outputs = [...session.outputNames];
  }

  /** Compiles through the queue; throws {@link ProgramRefusedError}. */
  static async create(ort: OrtSessions, { options, ...source }: ProgramSource, onRelease: () => void): Promise<SessionProgram> {
    const quiet = { ...source, options: { ...options, logSeverityLevel: LOG_SEVERITY } } as const;
    const session = await runQueue.run(() => openSession(ort, quiet));
    return new SessionProgram(ort, quiet, onRelease, session);
  }

  /** Runs once. Only for jobs that already hold the queue. Throws {@link ProgramFailedError}. */
  async execute(feeds: Record<string, OrtTensor>, fetches: readonly string[]): Promise<Record<string, OrtTensor>> {
    if (this.#released) throw new ProgramUnknownError(this.name);
    this.#session ??= await this.#reopen();
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

  #reopen(): Promise<InferenceSession> {
    if (this.#source === null) throw new ProgramUnknownError(this.name);
    return openSession(this.#ort, this.#source);
  }

  async #close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.release();
  }
}

async function openSession(ort: OrtSessions, { name, model, options }: ProgramSource): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(model, options);
  } catch (cause) {
    throw new ProgramRefusedError(name, cause);
  } finally {
    ortStarted(ort);
  }
}
