import { nominalLevelOf } from '../export/folder/level-list.ts';
import type { ModelSpec } from '../model/spec.ts';
import { prunableParameters, totalParameters } from '../model/spec.ts';
import type { ModelWeights } from '../model/weights.ts';
import { entriesOf } from '../pruning/genome-spec.ts';
import type { Genome, LevelDatabase } from '../pruning/level-database.ts';
import type { Qualities } from './evaluate-phase.ts';
import type { Phase } from './run-events.ts';
import type { RunProfile } from './run-profile.ts';
import type { ParameterCounts, ResultModule, RunResult } from './run-result.ts';
import type { TokenCount } from './search-events.ts';

export interface ResultParts {
  readonly dense: ModelSpec;
  readonly winner: ModelWeights;
  readonly genome: Genome;
  readonly database: LevelDatabase;
  readonly qualities: Qualities;
  readonly speed: RunResult['speed'];
  readonly heldOutTokens: number;
  readonly seconds: Partial<Record<Phase, number>>;
  readonly tokens: TokenCount;
  readonly peakBytes: number;
  readonly profile: RunProfile;
  readonly stopped: boolean;
}

const count = (spec: ModelSpec): ParameterCounts => ({ total: totalParameters(spec), prunable: prunableParameters(spec) });

/** The modules of a genome as `result.json` lists them. */
export function resultModules(database: LevelDatabase, genome: Genome): ResultModule[] {
  return entriesOf(database, genome).map((entry, index) => {
    const { heads, kvHeads, channels } = entry;
    const id = database.modules[index]?.id;
    const level = genome[index];
    if (id === undefined || level === undefined) throw new RangeError(`no module ${index}`);
    return { ...id, level, nominalLevel: nominalLevelOf(entry, database.nominalLevels), heads: [...heads], kvHeads: [...kvHeads], channels };
  });
}

/** `result.json` of a run. */
export function assembleResult(parts: ResultParts): RunResult {
  return {
    version: 1,
    modules: resultModules(parts.database, parts.genome),
    parameters: { dense: count(parts.dense), pruned: count(parts.winner.spec) },
    heldOut: { tokens: parts.heldOutTokens, ...parts.qualities },
    ...(parts.speed && { speed: parts.speed }),
    seconds: parts.seconds,
    tokens: parts.tokens,
    peakBytes: parts.peakBytes,
    profile: parts.profile,
    stopped: parts.stopped,
  };
}
