import { neededTensors } from '../../model/expected-tensors.ts';
import type { ModelSpec } from '../../model/spec.ts';

/** The tensors of one module. */
export interface ModuleShapes {
  /** Null for what belongs to no layer. */
  readonly layer: number | null;
  readonly module: 'embedding' | 'attention' | 'mlp' | 'norm' | 'head';
  /** Full Hugging Face names; none where the module is gone. */
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/** What a file of the model holds, module by module in the order of the computation; a tied head has no tensor of its own. */
export function shapeTable(spec: ModelSpec): ModuleShapes[] {
  const tensors = [...neededTensors(spec)].map(([name, shape]) => ({ name, shape }));
  const beginning = (...prefixes: readonly string[]) => tensors.filter(({ name }) => prefixes.some((prefix) => name.startsWith(prefix)));
  const layers = spec.layers.flatMap((_, layer): ModuleShapes[] => {
    const prefix = `model.layers.${layer}.`;
    return [
      { layer, module: 'attention', tensors: beginning(`${prefix}input_layernorm.`, `${prefix}self_attn.`) },
      { layer, module: 'mlp', tensors: beginning(`${prefix}post_attention_layernorm.`, `${prefix}mlp.`) },
    ];
  });
  return [
    { layer: null, module: 'embedding', tensors: beginning('model.embed_tokens.') },
    ...layers,
    { layer: null, module: 'norm', tensors: beginning('model.norm.') },
    { layer: null, module: 'head', tensors: beginning('lm_head.') },
  ];
}
