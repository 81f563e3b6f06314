import * as v from 'valibot';
import { parseJsonObject } from '../../sources/bounded-json.ts';
import { runConfigSchema } from '../run-config.ts';
import type { RunConfig } from '../run-config.ts';
import { hashOf } from './file-hash.ts';
import type { LogPiece } from './log-pieces.ts';
import { bytesSchema, progressSchema, sha256Schema } from './progress-schema.ts';
import type { RunProgress } from './run-progress.ts';

/** What a commit leaves: all that is in force. Everything that it names is whole on the disk before it is written. */
export interface CommitMarker {
  /** Of the form of markers, parts and log. */
  readonly version: number;
  /** Commits of this checkpoint, from 1. */
  readonly sequence: number;
  readonly run: string;
  readonly config: RunConfig;
  /** ISO times: of the run, and of this commit. */
  readonly startedAt: string;
  readonly savedAt: string;
  /** Number that the next file gets. */
  readonly serial: number;
  readonly log: readonly LogPiece[];
  readonly progress: RunProgress;
}

type Content = Readonly<Record<string, unknown>>;

/** Makes of a marker's content of one version that of the next. */
export type Migration = (content: Content) => Content;

/** Versions that are read. */
export interface KnownVersions {
  /** The one that is written. */
  readonly newest: number;
  /** By the older version. */
  readonly migrations: ReadonlyMap<number, Migration>;
}

export const versions: KnownVersions = { newest: 1, migrations: new Map() };

/** What a slot holds. `newer`: whole, but of a version that this program does not know. */
export type ReadMarker =
  | { readonly state: 'whole'; readonly marker: CommitMarker }
  | { readonly state: 'newer'; readonly version: number; readonly sequence: number }
  | { readonly state: 'damaged'; readonly fault: string };

/** Bytes of the longest marker that is read. */
export const mostMarkerBytes = 64 << 20;
const deepest = 16;
const most = { pieces: 1 << 20, serial: Number.MAX_SAFE_INTEGER, textBytes: 1 << 30 };

const head = '{"format":"darwinlm-checkpoint","sha256":"';
const middle = '","content":';
const hashLength = 64;

const whole = (minimum: number, maximum: number) => v.pipe(v.number(), v.integer(), v.minValue(minimum), v.maxValue(maximum));
const time = v.pipe(v.string(), v.isoTimestamp(), v.maxLength(40));

const versioned = v.looseObject({ version: whole(1, Number.MAX_SAFE_INTEGER), sequence: whole(1, Number.MAX_SAFE_INTEGER) });

const piece = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^log-\d{1,16}\.gz$/)),
  bytes: bytesSchema,
  sha256: sha256Schema,
  textBytes: whole(1, most.textBytes),
  from: whole(0, most.serial),
  events: whole(1, most.serial),
});

/** Pieces follow one another without a gap, and none stands twice. */
const log = v.pipe(
  v.array(piece),
  v.maxLength(most.pieces),
  v.check((pieces) => pieces.every(({ from }, index) => from === eventsIn(pieces.slice(index - 1, index), pieces[index - 1]?.from ?? 0)), 'its pieces do not follow one another'),
  v.check((pieces) => new Set(pieces.map(({ name }) => name)).size === pieces.length, 'a piece stands twice'),
);

/** Events of a log, with those before it. */
export const eventsIn = (pieces: readonly Pick<LogPiece, 'events'>[], before = 0): number => pieces.reduce((sum, { events }) => sum + events, before);

const frame = v.strictObject({
  version: whole(1, most.serial),
  sequence: whole(1, most.serial),
  run: v.pipe(v.string(), v.regex(/^[a-z0-9]{1,32}$/)),
  config: runConfigSchema,
  startedAt: time,
  savedAt: time,
  serial: whole(0, most.serial),
  log,
  progress: v.unknown(),
});

function parseContent(content: unknown): CommitMarker {
  const { progress, ...rest } = v.parse(frame, content, { abortEarly: true });
  const marker = { ...rest, progress: v.parse(progressSchema(rest.config), progress, { abortEarly: true }) };
  if (marker.progress.events > eventsIn(marker.log)) throw new RangeError('it counts more events than its log has');
  return marker;
}

/** Bytes of a marker: JSON that begins with the hash of its content. Throws RangeError or ValiError for what could not be read back. */
export async function encodeMarker(marker: CommitMarker): Promise<Uint8Array<ArrayBuffer>> {
  const content = JSON.stringify(marker);
  parseContent(JSON.parse(content));
  const bytes = new TextEncoder().encode(content);
  return new TextEncoder().encode(`${head}${await hashOf(bytes)}${middle}${content}}`);
}

const damaged = (fault: string): ReadMarker => ({ state: 'damaged', fault });

/** Reads what a slot holds; whatever it is, it is told and nothing thrown. */
export async function decodeMarker(bytes: Uint8Array<ArrayBuffer>, known: KnownVersions = versions): Promise<ReadMarker> {
  const start = head.length + hashLength + middle.length;
  if (bytes.length > mostMarkerBytes) return damaged('its marker is longer than any');
  const opening = new TextDecoder().decode(bytes.subarray(0, start));
  if (!opening.startsWith(head) || !opening.endsWith(middle) || bytes.at(-1) !== '}'.charCodeAt(0)) return damaged('its marker is not whole');
  const content = bytes.subarray(start, -1);
  if ((await hashOf(content)) !== opening.slice(head.length, head.length + hashLength)) return damaged('its marker is not what was written');
  const parsed = parseJsonObject(new TextDecoder().decode(content), deepest);
  if (!('json' in parsed)) return damaged(`its marker: ${parsed.fault}`);
  const { json } = parsed;
  const about = v.safeParse(versioned, json);
  if (!about.success) return damaged('its marker has no version');
  const { version, sequence } = about.output;
  if (version > known.newest) return { state: 'newer', version, sequence };
  try {
    return { state: 'whole', marker: parseContent(migrated(json, version, known)) };
  } catch (error) {
    return damaged(describe(error));
  }
}

function migrated(content: Content, version: number, { newest, migrations }: KnownVersions): Content {
  let current = content;
  for (let from = version; from < newest; from++) {
    const migrate = migrations.get(from);
    if (!migrate) throw new RangeError(`version ${version} is not read any more`);
    current = { ...migrate(current), version: from + 1 };
  }
  return current;
}

function describe(error: unknown): string {
  if (!v.isValiError(error)) return error instanceof Error ? error.message : String(error);
  const [issue] = error.issues;
  return `${v.getDotPath(issue) ?? 'its marker'}: ${issue.message}`;
}
