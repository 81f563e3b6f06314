import { formatOf } from '../../export/formats.ts';
import type { FormatId, OnnxPrecision } from '../../export/formats.ts';
import { planGguf } from '../../export/gguf/plan-gguf.ts';
import { ggufUnavailable } from '../../export/gguf/gguf-unavailable.ts';
import { fusedAttentionFits } from '../../export/onnx/fused-attention-graph.ts';
import { arrangedWeights, planOnnx } from '../../export/onnx/onnx-model.ts';
import type { PlannedFile } from '../../export/planned-file.ts';
import { padded } from '../../export/rewrite/padded.ts';
import { planSafetensors } from '../../export/safetensors/plan-safetensors.ts';
import { exportMetadata } from '../../model/export-metadata.ts';
import { denseShape } from './export-subject.ts';
import type { ExportSubject } from './export-subject.ts';
import type { FormatOffer } from './export-events.ts';

/** How transformers.js calls the precisions in file names. */
const suffixes: Readonly<Record<OnnxPrecision, string>> = { fp32: '', fp16: '_fp16', q4: '_q4', q4f16: '_q4f16' };

/** Path of an ONNX file in its model folder. */
export const onnxPath = (attention: 'plain' | 'gqa', precision: OnnxPrecision): string =>
  `onnx/model${attention === 'gqa' ? '_gqa' : ''}${suffixes[precision]}.onnx`;

/** Why a subject cannot be had in a format, in words; null where it can. */
export function unavailable({ weights, companions, config }: ExportSubject, id: FormatId): FormatOffer['unavailable'] {
  const format = formatOf(id);
  if (format.kind === 'onnx' && format.attention === 'gqa' && !fusedAttentionFits(weights.spec)) {
    return { reason: `GroupQueryAttention turns heads in steps of 16 values, and these have ${weights.spec.headDim}.`, remedy: 'Use plain attention, which any runtime computes.' };
  }
  if (format.kind !== 'gguf') return null;
  return ggufUnavailable(weights.spec, { shape: format.shape, dense: denseShape(config, weights.spec), companions });
}

/**
 * The files that hold the weights of a format, planned: nothing is read yet. `externalData`: ONNX weights in a file of their
 * own, which they are in any case beyond 1.9 GB. Throws RangeError for a format that is {@link unavailable}.
 */
export function weightFiles(subject: ExportSubject, id: FormatId, externalData: boolean): PlannedFile[] {
  const { weights, config, about, baseModel, companions, name, settings } = subject;
  const format = formatOf(id);
  const dense = denseShape(config, weights.spec);
  switch (format.kind) {
    case 'onnx': {
      const { precision, attention } = format;
      const path = onnxPath(attention, precision);
      const { spec } = arrangedWeights(weights, attention);
      const metadata = { ...exportMetadata(spec, { config, about, baseModel }), ...settings };
      return planOnnx({ weights, precision, attention, path, externalData, metadata });
    }
    case 'safetensors':
      return planSafetensors({ weights: format.shape === 'padded' ? padded(weights, dense) : weights, type: format.type });
    case 'gguf': {
      const { type, shape } = format;
      const path = `${name}-${shape === 'padded' ? 'padded-' : ''}${type.toUpperCase()}.gguf`;
      return planGguf({ weights, type, shape, dense, companions, path, name, licence: about.licence });
    }
  }
}

/** A format as it is offered: the sizes of its files to the byte, or why it cannot be had. */
export function offer(subject: ExportSubject, format: FormatId): FormatOffer {
  const reason = unavailable(subject, format);
  if (reason) return { format, files: [], unavailable: reason };
  const files = weightFiles(subject, format, false).map(({ path, content }) => ({ path, bytes: content.byteLength }));
  return { format, files, unavailable: null };
}
