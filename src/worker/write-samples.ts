import { randomFor } from '../base/random.ts';
import { Scope } from '../base/scope.ts';
import { chooseToken } from '../evaluation/choose-token.ts';
import { generate, type WritingEnd } from '../evaluation/generate.ts';
import type { ModelWeights } from '../model/weights.ts';
import type { LiveModels } from '../run/live-models.ts';
import { writingContext } from '../run/writing-context.ts';
import { ChatTemplateError } from '../sources/chat-template.ts';
import type { Tokenizer } from '../sources/tokenizer.ts';
import { borrowModel } from './borrow-model.ts';
import { nextTask } from '../base/next-task.ts';
import type { EngineMessage, SampleRequest } from './protocol.ts';

/** Milliseconds between two messages about a text that is being written. */
const interval = 200;

type Sampled = Extract<EngineMessage, { type: 'sampled' }>;

/**
 * Writes text from some of the run's models, told in part and in whole. They take turns token by token, so that the texts grow side by
 * side, and draw the same random numbers, so that they differ by their models only. `stop` ends them after the current token. Throws
 * PromptUnusableError, {@link ChatTemplateError}, and what borrowing throws.
 */
export async function writeSamples(models: LiveModels, request: SampleRequest, stop: AbortSignal, emit: (message: Sampled) => void): Promise<void> {
  const prompt = await promptIds(models, request);
  await using scope = new Scope();
  const texts: GrowingText[] = [];
  for (const subject of request.subjects) {
    const { id, postTrained, weights } = scope.own(await borrowModel(models, subject));
    texts.push(scope.own(new GrowingText(models, weights, prompt, request, (said) => emit({ type: 'sampled', which: subject.which, id, postTrained, prompt: request.prompt, ...said }))));
  }
  while (texts.some((text) => text.end === null)) {
    for (const text of texts) {
      await nextTask();
      if (stop.aborted) text.stop();
      else await text.grow();
    }
  }
}

async function promptIds({ tokenizer, chat }: LiveModels, request: SampleRequest): Promise<readonly number[]> {
  if (request.chat) {
    if (chat === null) throw new ChatTemplateError('its tokenizer has none');
    return [...tokenizer.encode(await chat(request.prompt))];
  }
  const opening = tokenizer.documentStart === null ? [] : [tokenizer.documentStart];
  return [...opening, ...tokenizer.encode(request.prompt)];
}

/** What one model writes. */
class GrowingText implements AsyncDisposable {
  /** Why it ended; null while it grows. */
  end: Sampled['end'] = null;
  private readonly tokenizer: Tokenizer;
  private readonly ids: AsyncGenerator<number, WritingEnd>;
  private readonly written: number[] = [];
  /** Milliseconds of the tokens after the first, which has the prompt's reading in it. */
  private milliseconds = 0;
  private toldAt = 0;
  private readonly tell: (said: Pick<Sampled, 'text' | 'tokens' | 'tokensPerSecond' | 'end'>) => void;

  constructor({ transformer, tokenizer }: LiveModels, weights: ModelWeights, prompt: readonly number[], request: SampleRequest, tell: GrowingText['tell']) {
    this.tokenizer = tokenizer;
    this.tell = tell;
    const random = randomFor(request.seed, 'sample');
    const choose = (logits: Float32Array): number => chooseToken(logits, request, random.unit());
    this.ids = generate(transformer, weights, { prompt, count: request.tokens, context: writingContext(weights.spec), end: tokenizer.eos, choose });
  }

  /** One token more. */
  async grow(): Promise<void> {
    if (this.end !== null) return;
    const began = performance.now();
    const next = await this.ids.next();
    const now = performance.now();
    if (next.done === true) return this.finish(next.value);
    if (this.written.length > 0) this.milliseconds += now - began;
    this.written.push(next.value);
    if (now - this.toldAt < interval) return;
    this.toldAt = now;
    this.say();
  }

  /** Ends here; what is written stays. */
  stop(): void {
    if (this.end === null) this.finish('stopped');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.ids.return('count'); // frees what it has read
  }

  private finish(end: NonNullable<Sampled['end']>): void {
    this.end = end;
    this.say();
  }

  private say(): void {
    const { written, end } = this;
    const whole = this.tokenizer.decode(written);
    // A letter may take several tokens; until the last has come its place holder stands at the end.
    const text = end === null ? whole.replace(/\uFFFD+$/, '') : whole;
    const timed = written.length - 1;
    this.tell({ text, tokens: written.length, tokensPerSecond: timed > 0 ? (timed / this.milliseconds) * 1000 : null, end });
  }
}
