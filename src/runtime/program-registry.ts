import type { InferenceSession } from 'onnxruntime-web';
import type { OrtSessions } from './load-ort.ts';
import type { ExternalFile, Program } from './runtime.ts';
import { ProgramUnknownError } from './runtime-errors.ts';
import { SessionProgram } from './session-program.ts';

/** What weights in files of their own are too large for: a second copy of them in the order that multiplication likes. */
const SPARING = { extra: { session: { disable_prepacking: '1' } } } as const;

/** The programs of one runtime, all compiled with the same session options. */
export class ProgramRegistry {
  readonly #ort: OrtSessions;
  readonly #options: InferenceSession.SessionOptions;
  readonly #programs = new Map<Program, SessionProgram>();
  #closed = false;

  constructor(ort: OrtSessions, options: InferenceSession.SessionOptions) {
    this.#ort = ort;
    this.#options = options;
  }

  /** Compiles a model; throws {@link ProgramRefusedError}, and {@link ProgramUnknownError} where all was released meanwhile. */
  async compile(name: string, model: Uint8Array, external: readonly ExternalFile[] = []): Promise<Program> {
    const large = external.length > 0;
    const options = large ? { ...this.#options, ...SPARING, externalData: [...external] } : this.#options;
    const source = { name, model, options, kept: !large };
    const session = await SessionProgram.create(this.#ort, source, () => this.#programs.delete(session));
    if (this.#closed) {
      await session.release();
      throw new ProgramUnknownError(name);
    }
    this.#programs.set(session, session);
    return session;
  }

  /** The session behind a program that this registry compiled; throws {@link ProgramUnknownError}. */
  sessionOf(program: Program): SessionProgram {
    const session = this.#programs.get(program);
    if (session === undefined) throw new ProgramUnknownError(program.name);
    return session;
  }

  /** The end: nothing is compiled after it. */
  async releaseAll(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#programs.values()].map((session) => session.release()));
  }
}
