// Writes fixtures/models/tiny-bytes: a Llama with random weights and a tokenizer of single bytes, small enough for a software GPU.
// node scripts/make-tiny-model.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../fixtures/models/tiny-bytes/', import.meta.url));
const config = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  hidden_size: 32,
  num_hidden_layers: 3,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 8,
  intermediate_size: 48,
  vocab_size: 257,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  hidden_act: 'silu',
  max_position_embeddings: 64,
  tie_word_embeddings: true,
  attention_bias: false,
  mlp_bias: false,
  bos_token_id: 0,
  eos_token_id: 0,
  torch_dtype: 'float32',
};

/** Mulberry32: deterministic, good enough for random weights. */
function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const random = uniform(20261124);
const gauss = () => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
const tensors = [];
const weight = (name, shape, scale) =>
  tensors.push({ name, shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => gauss() * scale) });
const norm = (name) => tensors.push({ name, shape: [32], data: Float32Array.from({ length: 32 }, () => 1 + 0.1 * gauss()) });

weight('model.embed_tokens.weight', [257, 32], 1);
for (let layer = 0; layer < config.num_hidden_layers; layer++) {
  const at = `model.layers.${layer}.`;
  norm(`${at}input_layernorm.weight`);
  weight(`${at}self_attn.q_proj.weight`, [32, 32], 0.3);
  weight(`${at}self_attn.k_proj.weight`, [16, 32], 0.3);
  weight(`${at}self_attn.v_proj.weight`, [16, 32], 0.3);
  weight(`${at}self_attn.o_proj.weight`, [32, 32], 0.3);
  norm(`${at}post_attention_layernorm.weight`);
  weight(`${at}mlp.gate_proj.weight`, [48, 32], 0.3);
  weight(`${at}mlp.up_proj.weight`, [48, 32], 0.3);
  weight(`${at}mlp.down_proj.weight`, [32, 48], 0.3);
}
norm('model.norm.weight');

const header = {};
let offset = 0;
for (const { name, shape, data } of tensors) {
  header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
  offset += data.byteLength;
}
let json = JSON.stringify(header);
json += ' '.repeat((8 - (json.length % 8)) % 8);
const length = Buffer.alloc(8);
length.writeBigUInt64LE(BigInt(json.length));
const body = tensors.map(({ data }) => Buffer.from(data.buffer));

/** GPT-2's printable stand-ins for the 256 bytes. */
const printable = (byte) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
const vocab = { '<|endoftext|>': 0 };
let extra = 0;
for (let byte = 0; byte < 256; byte++) vocab[String.fromCharCode(printable(byte) ? byte : 256 + extra++)] = byte + 1;
const tokenizer = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [{ id: 0, content: '<|endoftext|>', single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }],
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
  post_processor: null,
  decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
  model: { type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, ignore_merges: false, vocab, merges: [] },
};
const tokenizerConfig = { tokenizer_class: 'PreTrainedTokenizerFast', bos_token: '<|endoftext|>', eos_token: '<|endoftext|>', model_max_length: 64, clean_up_tokenization_spaces: false };

mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}config.json`, `${JSON.stringify(config, null, 2)}\n`);
writeFileSync(`${folder}model.safetensors`, Buffer.concat([length, Buffer.from(json), ...body]));
writeFileSync(`${folder}tokenizer.json`, JSON.stringify(tokenizer));
writeFileSync(`${folder}tokenizer_config.json`, `${JSON.stringify(tokenizerConfig, null, 2)}\n`);
console.log(`${tensors.reduce((sum, { data }) => sum + data.length, 0)} parameters`);
