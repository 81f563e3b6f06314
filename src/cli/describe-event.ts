import type { ExportedFormat } from '../run/exports/export-events.ts';
import type { RunEvent } from '../run/run-events.ts';
import { failureWords } from '../search/failure.ts';

const seconds = (value: number): string => `${value.toFixed(1)} s`;

/** Sizes, and what the check found. */
function describeExport({ files, check, notChecked }: ExportedFormat): string {
  const sizes = files.map(({ path, size }) => `${path} ${size} bytes`).join(', ');
  if (check === null) return `${sizes}. ${notChecked}`;
  const { relativeError, agreement, perplexity } = check;
  return `${sizes}, relative error ${relativeError.toExponential(1)}, same top token ${(100 * agreement).toFixed(1)} %, perplexity ${perplexity.toFixed(2)}`;
}

const afterLoss = { again: 'it is opened anew', smaller: 'it is opened anew, with smaller dispatches', 'give-up': 'it is given up' } as const;

/** One line of a run's log for the terminal, or null for events that are too many to print. */
export function describeEvent(event: RunEvent): string | null {
  const at = `[${seconds(event.at).padStart(8)}]`;
  switch (event.type) {
    case 'device':
      return `${at} ${event.device.label}. ${event.device.reason}`;
    case 'run-resumed':
      return `${at} goes on behind event ${event.events}${event.note === undefined ? '' : `. ${event.note}`}`;
    case 'device-lost':
      return `${at} ${event.reason} Loss ${event.losses} here: ${afterLoss[event.next]}`;
    case 'memory-planned': {
      const { gpu, memory, storage } = event.needed;
      const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
      return `${at} needs about ${megabytes(memory)} of memory${gpu > 0 ? `, ${megabytes(gpu)} of graphics memory` : ''}, ${megabytes(storage)} of storage: ${event.verdict}`;
    }
    case 'corpus-ready':
      return `${at} sequences of ${event.length} tokens: ${event.sets.map(({ use, tokens, text }) => `${use} ${tokens} of ${text}`).join(', ')}`;
    case 'phase-finished':
      return `${at} ${event.phase}: ${seconds(event.seconds)}`;
    case 'latency-measured': {
      const { table, dense, most } = event;
      const milliseconds = (nanoseconds: number): string => `${(nanoseconds / 1e6).toFixed(2)} ms`;
      return `${at} ${table.entries.length} shapes timed (${table.measure}, ${table.tokens} tokens, ${table.rounds} rounds): dense about ${milliseconds(dense)}, target ${milliseconds(most)}`;
    }
    case 'search-started':
      return `${at} budget ${event.least} to ${event.most} of ${event.dense} ${event.unit ?? 'parameters'}; uniform ${event.uniform.genome.join(' ')}`;
    case 'candidate-failed':
      return `${at} generation ${event.generation}, stage ${event.stage + 1}: ${event.id} failed, ${failureWords[event.reason]}`;
    case 'generation-finished':
      return `${at} generation ${event.generation}: ${event.fitness?.toFixed(4) ?? 'failed'}${event.replaced ? `, new parent ${event.parent.id}` : ''}`;
    case 'post-training-measured':
      return `${at} post-training, ${event.tokens} tokens: KL ${event.kl.toFixed(4)}, perplexity ${event.perplexity.toFixed(2)}${event.best ? ', best' : ''}`;
    case 'evaluated':
      return `${at} ${event.which}: KL ${event.quality.kl.toFixed(4)}, perplexity ${event.quality.perplexity.toFixed(2)}, agreement ${(100 * event.quality.agreement).toFixed(1)} %`;
    case 'speed-measured':
      return `${at} ${event.which}: reads ${Math.round(event.speed.prefillTokensPerSecond)} and writes ${event.speed.decodeTokensPerSecond.toFixed(1)} tokens a second`;
    case 'exports-planned':
      return `${at} can be written as ${event.offers.filter(({ unavailable }) => unavailable === null).map(({ format }) => format).join(', ')}`;
    case 'exported':
      return `${at} ${event.format}: ${describeExport(event)}`;
    case 'export-failed':
    case 'warning':
    case 'run-failed':
      return `${at} ${event.explanation.what} ${event.explanation.means} ${event.explanation.remedy}`;
    case 'run-finished':
      return `${at} finished; peak of live tensors ${(event.result.peakBytes / 1e6).toFixed(0)} MB`;
    default:
      return null;
  }
}
