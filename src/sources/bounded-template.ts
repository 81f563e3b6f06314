import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';
import { sourceLimits } from './limits.ts';

/*
 * A chat template is a program of a stranger. It is followed step by step by the library's interpreter, which does nothing without
 * `evaluate`: there steps are counted, and what every value comes to. What a single step could blow up (a range, a separator, an
 * indent) is bounded before it is used.
 */

type Statement = Parameters<Interpreter['evaluate']>[0];
type Value = ReturnType<Interpreter['evaluate']>;

/** The template asks for more than any chat needs. */
class TemplateLimitError extends Error {}

function refuse(reason: string): never {
  throw new TemplateLimitError(reason);
}

/** What a turn of a loop costs in steps, and a character of a macro that is looked through in work. */
const COST = { turn: 4, macro: 8 };

/** Filters and methods that repeat what they are given. */
const REPEATING: ReadonlySet<string> = new Set(['join', 'indent', 'tojson', 'replace']);

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const childOf = (node: unknown, key: string): unknown => (isObject(node) && Object.hasOwn(node, key) ? Reflect.get(node, key) : undefined);

/** The name of what is called: of a function, a filter or a method. */
function calledName(call: unknown): unknown {
  const callee = childOf(call, 'callee');
  return childOf(childOf(callee, 'property') ?? callee, 'value');
}

/** Characters and entries of a value, those inside it included, as far as `most`. */
function weigh(value: Value, most: number): number {
  const open: unknown[] = [value];
  let weight = 0;
  while (open.length > 0 && weight <= most) {
    const next = open.pop();
    weight++;
    const content = childOf(next, 'value');
    if (typeof content === 'string') weight += content.length;
    else if (Array.isArray(content)) {
      weight += content.length;
      if (weight <= most) for (const entry of content) open.push(entry);
    } else if (content instanceof Map) {
      weight += content.size;
      if (weight <= most) for (const [key, entry] of content) {
        weight += String(key).length;
        open.push(entry);
      }
    }
  }
  return weight;
}

class BoundedInterpreter extends Interpreter {
  readonly #length: number;
  #steps = 0;
  #work = 0;
  /** Arguments of what repeats them. */
  readonly #repeated = new WeakSet<object>();
  /** What loops go over. */
  readonly #looped = new WeakSet<object>();
  /** What stands where something is called. */
  readonly #called = new WeakSet<object>();

  /** `length`: characters of the template. */
  constructor(environment: Environment, length: number) {
    super(environment);
    this.#length = length;
  }

  override evaluate(statement: Statement, environment: Environment): Value {
    this.#step(1);
    if (statement) this.#note(statement);
    const value = super.evaluate(statement, environment);
    const weight = weigh(value, sourceLimits.templateValue);
    if (weight > sourceLimits.templateValue) refuse(`it makes a value of more than ${sourceLimits.templateValue} characters`);
    this.#spend(weight);
    if (statement) this.#check(statement, value, weight);
    return value;
  }

  #step(steps: number): void {
    this.#steps += steps;
    if (this.#steps > sourceLimits.templateSteps) refuse(`it takes more than ${sourceLimits.templateSteps} steps`);
  }

  #spend(work: number): void {
    this.#work += work;
    if (this.#work > sourceLimits.templateWork) refuse('it works on more text than a chat has');
  }

  /** What is about to be evaluated decides what its parts may be. */
  #note(statement: NonNullable<Statement>): void {
    const { type } = statement;
    // The library looks through the whole body of a macro or a call each time.
    if (type === 'Macro' || type === 'CallStatement') this.#spend(COST.macro * this.#length);
    const iterable = type === 'For' ? childOf(statement, 'iterable') : undefined;
    // Of one with an `if` the left side is evaluated.
    for (const part of [iterable, childOf(iterable, 'lhs')]) if (isObject(part)) this.#looped.add(part);
    if (type === 'CallExpression') this.#noteCall(statement);
    if (type === 'CallStatement') this.#noteCall(childOf(statement, 'call'));
    if (type === 'FilterExpression' || type === 'FilterStatement') this.#noteCall(childOf(statement, 'filter'));
  }

  #noteCall(call: unknown): void {
    const callee = childOf(call, 'callee');
    if (isObject(callee)) this.#called.add(callee);
    const given = childOf(call, 'args');
    if (!Array.isArray(given) || !REPEATING.has(String(calledName(call)))) return;
    for (const argument of given) {
      // Of `name=value`, `*list` and `**mapping` the inside is evaluated.
      for (const part of [argument, childOf(argument, 'value'), childOf(argument, 'argument')]) if (isObject(part)) this.#repeated.add(part);
    }
  }

  #check(statement: NonNullable<Statement>, value: Value, weight: number): void {
    // As a value of its own a method could be called under another name.
    if (statement.type === 'MemberExpression' && value.type === 'FunctionValue' && !this.#called.has(statement)) refuse('it takes a method for a value');
    // The library makes ready for all turns at once, and may have nothing to evaluate in any of them.
    const turns = Array.isArray(value.value) ? value.value.length : value.value instanceof Map ? value.value.size : 0;
    if (this.#looped.has(statement)) this.#step(COST.turn * turns);
    if (!this.#repeated.has(statement)) return;
    const size = typeof value.value === 'number' ? Math.abs(value.value) : weight;
    if (!(size <= sourceLimits.templateRepeated)) refuse(`it repeats something of more than ${sourceLimits.templateRepeated} characters`);
  }
}

/** As Python's; a step at a time, so that it has to end. */
function range(start: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  const count = step === 0 ? Number.NaN : Math.max(0, Math.ceil((to - from) / step));
  if (!(count <= sourceLimits.templateSteps)) refuse('its range has no end');
  return Array.from({ length: count }, (_, index) => from + index * step);
}

/** What templates know besides what they are given, as the library has it. */
const known = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
  range,
  raise_exception: (message: unknown) => {
    throw new Error(String(message));
  },
  strftime_now: (format: unknown) => strftime(new Date(), String(format).slice(0, sourceLimits.templateRepeated)),
};

const month = (date: Date, length: 'short' | 'long'): string => new Intl.DateTimeFormat('en', { month: length }).format(date);
const two = (value: number): string => String(value).padStart(2, '0');

/** The parts of a date that templates ask for. */
function strftime(date: Date, format: string): string {
  const parts: Readonly<Record<string, string>> = {
    Y: String(date.getFullYear()),
    m: two(date.getMonth() + 1),
    d: two(date.getDate()),
    b: month(date, 'short'),
    B: month(date, 'long'),
    H: two(date.getHours()),
    M: two(date.getMinutes()),
    '%': '%',
  };
  return format.replace(/%([YmdbBHM%])/g, (_, part: string) => parts[part] ?? '');
}

/**
 * Renders a Jinja template with `items` as its variables. Throws what the library throws for a faulty template, and an Error for one that
 * is too long or asks for more than `sourceLimits` allow; never takes longer than those steps do.
 */
export function renderTemplate(template: string, items: Readonly<Record<string, unknown>>): string {
  if (template.length > sourceLimits.template) refuse(`it has more than ${sourceLimits.template} characters`);
  // The library looks for white space in front of some tags in time that grows with the square of its length.
  if (new RegExp(`\\s{${sourceLimits.templateSpace + 1}}`).test(template)) refuse(`it has more than ${sourceLimits.templateSpace} spaces in a row`);
  const program = parse(tokenize(template, { lstrip_blocks: true, trim_blocks: true }));
  const environment = new Environment();
  for (const [name, value] of Object.entries({ ...known, ...items })) environment.set(name, value);
  return String(new BoundedInterpreter(environment, template.length).run(program).value);
}
