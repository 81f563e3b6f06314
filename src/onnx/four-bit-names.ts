/**
 * Names of the two initializers that stand for a matrix in 4 bits, from the name of the weight: as onnxruntime's own
 * quantiser calls them.
 */
export const fourBitNames = (weight: string): { packed: string; scales: string } => ({ packed: `${weight}_Q4`, scales: `${weight}_scales` });
