/**
 * The Python module by which transformers computes irregular layers; it lies in a model folder as `modeling_pruned.py`. A text
 * in TypeScript, so that the page and Node read it alike.
 */
export const MODELING_PRUNED_PY = String.raw`"""Llama-family decoder whose layers differ in query heads, KV heads and MLP width (transformers 4.57 and 5, remote code).

config.pruned_layers: one entry per layer, {"heads": [query heads of each KV head], "ff": MLP width}, and "window" where a
position sees only itself and the window - 1 before it. "heads": [] means no attention, "ff": 0 means no MLP.
config.qkv_bias and config.qk_norm cover Qwen2 and Qwen3; attention_bias (q, k, v and o) and mlp_bias are those of Llama.
"""
import torch
from torch import nn
from transformers import GenerationMixin, LlamaConfig, PreTrainedModel
from transformers.cache_utils import DynamicCache
from transformers.masking_utils import create_causal_mask
from transformers.modeling_outputs import CausalLMOutputWithPast
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS
from transformers.models.llama.modeling_llama import (
    LlamaRMSNorm, LlamaRotaryEmbedding, apply_rotary_pos_emb, eager_attention_forward)


# What generate(), masks and outputs call the cache: "cache" from transformers 5.24 on, "past_key_values" before.
CACHE = "cache" if "cache" in CausalLMOutputWithPast.__dataclass_fields__ else "past_key_values"


class PrunedConfig(LlamaConfig):
    model_type = "pruned_llama"
    pruned_layers: list | None = None
    qkv_bias: bool = False
    qk_norm: bool = False

    def __init__(self, pruned_layers=None, qkv_bias=False, qk_norm=False, **kwargs):
        super().__init__(**kwargs)
        self.pruned_layers, self.qkv_bias, self.qk_norm = pruned_layers, qkv_bias, qk_norm


class PrunedAttention(nn.Module):
    def __init__(self, config, heads, window, cache_idx):
        super().__init__()
        d, hd, nq, nk = config.hidden_size, config.head_dim, sum(heads), len(heads)
        bias = config.qkv_bias or config.attention_bias
        self.config, self.layer_idx, self.head_dim, self.window = config, cache_idx, hd, window
        self.heads, self.scaling, self.is_causal, self.num_key_value_groups = heads, hd**-0.5, True, 1
        self.q_proj = nn.Linear(d, nq * hd, bias=bias)
        self.k_proj = nn.Linear(d, nk * hd, bias=bias)
        self.v_proj = nn.Linear(d, nk * hd, bias=bias)
        self.o_proj = nn.Linear(nq * hd, d, bias=config.attention_bias)
        if config.qk_norm:
            self.q_norm, self.k_norm = (LlamaRMSNorm(hd, eps=config.rms_norm_eps) for _ in "qk")

    def forward(self, x, cos_sin, masks, cache, **kwargs):
        b, t, _ = x.shape
        q, k, v = (p(x).view(b, t, -1, self.head_dim) for p in (self.q_proj, self.k_proj, self.v_proj))
        if self.config.qk_norm:
            q, k = self.q_norm(q), self.k_norm(k)
        q, k = apply_rotary_pos_emb(q.transpose(1, 2), k.transpose(1, 2), *cos_sin)
        v = v.transpose(1, 2)
        if cache is not None:
            k, v = cache.update(k, v, self.layer_idx)
        repeats = torch.tensor(self.heads, device=x.device)  # ragged groups: repeat each KV head as often as it is used
        k, v = (z.repeat_interleave(repeats, dim=1) for z in (k, v))
        attend = eager_attention_forward
        if self.config._attn_implementation != "eager":
            attend = ALL_ATTENTION_FUNCTIONS[self.config._attn_implementation]
        y, _ = attend(self, q, k, v, masks[self.window], dropout=0.0, scaling=self.scaling, **kwargs)
        return self.o_proj(y.reshape(b, t, -1))


class PrunedMLP(nn.Module):
    def __init__(self, d, ff, bias):
        super().__init__()
        self.gate_proj, self.up_proj = nn.Linear(d, ff, bias=bias), nn.Linear(d, ff, bias=bias)
        self.down_proj = nn.Linear(ff, d, bias=bias)

    def forward(self, x):
        return self.down_proj(nn.functional.silu(self.gate_proj(x)) * self.up_proj(x))


class PrunedLayer(nn.Module):
    def __init__(self, config, layer, cache_idx):
        super().__init__()
        norm = lambda: LlamaRMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        self.self_attn = self.mlp = None
        if layer["heads"]:
            self.input_layernorm = norm()
            self.self_attn = PrunedAttention(config, layer["heads"], layer.get("window"), cache_idx)
        if layer["ff"]:
            self.post_attention_layernorm = norm()
            self.mlp = PrunedMLP(config.hidden_size, layer["ff"], config.mlp_bias)

    def forward(self, x, **kwargs):
        if self.self_attn is not None:
            x = x + self.self_attn(self.input_layernorm(x), **kwargs)
        if self.mlp is not None:
            x = x + self.mlp(self.post_attention_layernorm(x))
        return x


class PrunedPreTrainedModel(PreTrainedModel):
    config_class = PrunedConfig
    base_model_prefix = "model"
    _no_split_modules = ["PrunedLayer"]
    _supports_sdpa = _supports_flash_attn = True


def within(window):
    """The last "window" positions, that of the query among them; counted by places in the cache, so that padding shifts nothing."""
    return lambda batch, head, query, key: key > query - window


class PrunedModel(PrunedPreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        cache_idx, layers = 0, []  # cache slots are numbered over attention layers only: slot 0 must exist and be used
        for layer in config.pruned_layers:
            layers.append(PrunedLayer(config, layer, cache_idx))
            cache_idx += bool(layer["heads"])
        self.layers = nn.ModuleList(layers)
        self.windows = {layer.self_attn.window for layer in layers if layer.self_attn is not None}
        self.norm = LlamaRMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        self.rotary_emb = LlamaRotaryEmbedding(config=config)
        self.post_init()

    def forward(self, input_ids=None, inputs_embeds=None, attention_mask=None, position_ids=None,
                cache=None, use_cache=None):
        x = self.embed_tokens(input_ids) if inputs_embeds is None else inputs_embeds
        if use_cache and cache is None:
            cache = DynamicCache()
        past = cache.get_seq_length() if cache is not None else 0
        cache_position = torch.arange(past, past + x.shape[1], device=x.device)
        if position_ids is None:
            position_ids = cache_position[None]
        masks = {window: self.mask(x, window, cache_position, attention_mask=attention_mask,
                                   position_ids=position_ids, **{CACHE: cache}) for window in self.windows}
        cos_sin = self.rotary_emb(x, position_ids)
        for layer in self.layers:
            x = layer(x, cos_sin=cos_sin, masks=masks, cache=cache)
        return self.norm(x), cache

    def mask(self, x, window, cache_position, **args):
        args["config"] = self.config
        if window is not None:
            if self.config._attn_implementation not in ("eager", "sdpa"):
                raise ValueError("sliding windows need attn_implementation='sdpa' or 'eager'")
            args["and_mask_function"] = within(window)
        try:
            return create_causal_mask(inputs_embeds=x, **args)
        except TypeError:  # transformers 4
            return create_causal_mask(input_embeds=x, cache_position=cache_position, **args)


class PrunedForCausalLM(PrunedPreTrainedModel, GenerationMixin):
    _tied_weights_keys = {"lm_head.weight": "model.embed_tokens.weight"}

    def __init__(self, config):
        super().__init__(config)
        self.model = PrunedModel(config)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.post_init()

    def forward(self, input_ids=None, labels=None, logits_to_keep=0, **kwargs):
        keys = ("inputs_embeds", "attention_mask", "position_ids", "use_cache")
        x, cache = self.model(input_ids, cache=kwargs.get(CACHE), **{k: kwargs[k] for k in keys if k in kwargs})
        logits = self.lm_head(x[:, -logits_to_keep:] if logits_to_keep else x)
        loss = None
        if labels is not None:
            loss = nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1).float(), labels[:, 1:].flatten())
        return CausalLMOutputWithPast(loss=loss, logits=logits, **{CACHE: cache})
`;
