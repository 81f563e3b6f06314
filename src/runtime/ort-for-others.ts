import { loadedOrt } from './load-ort.ts';

/**
 * The onnxruntime that the site has loaded, under the names by which a library imports it: the build puts this file in the place of
 * transformers.js's own copy (`scripts/share-ort.ts`). So both run on one build with the same threads, and a second one is not shipped.
 */
export const { InferenceSession, Tensor, env } = loadedOrt();
