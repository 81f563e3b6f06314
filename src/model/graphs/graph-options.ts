/** Operator set of the programs that run here: the first with RotaryEmbedding. */
export const OPSET = 23;
/** File format of the programs that run here: the newest that every onnxruntime 1.30 build opens. */
export const IR_VERSION = 10;
