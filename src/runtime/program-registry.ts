import type { InferenceSession } from 'onnxruntime-web';
import type { OrtSessions } from './load-ort.ts';
import type { ExternalFile, Program } from './runtime.ts';
import { ProgramUnknownError } from './runtime-errors.ts';
import { SessionProgram } from './session-program.ts';

/** The programs of one runtime, all compiled with the same session options. */
export class ProgramRegistry {
  readonly #ort: OrtSessions;
  readonly #options: InferenceSession.SessionOptions;
  readonly #programs = new Map<Program, SessionProgram>();

  constructor(ort: OrtSessions, options: InferenceSession.SessionOptions) {
    this.#ort = ort;
    this.#options = options;
  }

  /** Compiles a model; throws {@link ProgramRefusedError}. */
  async compile(name: string, model: Uint8Array, external: readonly ExternalFile[] = []): Promise<Program> {
    const options = external.length === 0 ? this.#options : { ...this.#options, externalData: [...external] };
    const session = await SessionProgram.create(this.#ort, name, model, options, () => this.#programs.delete(session));
    this.#programs.set(session, session);
    return session;
  }

  /** The session behind a program that this registry compiled; throws {@link ProgramUnknownError}. */
  sessionOf(program: Program): SessionProgram {
    const session = this.#programs.get(program);
    if (session === undefined) throw new ProgramUnknownError(program.name);
    return session;
  }

  async releaseAll(): Promise<void> {
    await Promise.all([...this.#programs.values()].map((session) => session.release()));
  }
}
