import type { Explanation } from '../base/explained-error.ts';
import type { Effort, Figure } from '../bench/bench.ts';
import type { SizeName } from '../bench/model-sizes.ts';
import type { PageGroup } from '../bench/page-groups.ts';
import type { RuntimeOptions } from '../runtime/create-runtime.ts';
import type { DeviceInfo } from '../runtime/runtime.ts';

/** What the bench page asks a worker of its own, once; to end it the worker is ended. */
export interface BenchRequest {
  readonly type: 'bench';
  /** Absolute URL under which the site's files lie. */
  readonly siteBase: string;
  readonly backend: RuntimeOptions['prefer'];
  readonly effort: Effort;
  readonly groups: readonly PageGroup[];
  readonly sizes: readonly SizeName[];
}

export type BenchMessage =
  /** `flopsPerSecond`: of small matrix products, what the time that all will take is told by. */
  | { readonly type: 'device'; readonly device: DeviceInfo; readonly flopsPerSecond: number }
  | { readonly type: 'began'; readonly group: PageGroup }
  | { readonly type: 'figure'; readonly group: PageGroup; readonly figure: Figure }
  | { readonly type: 'ended'; readonly group: PageGroup; readonly failure: Explanation | null }
  | { readonly type: 'finished' }
  /** Nothing could be measured. */
  | { readonly type: 'failed'; readonly explanation: Explanation };
