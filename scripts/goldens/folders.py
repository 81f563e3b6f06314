"""The folders that make-goldens.py makes: configurations, seeds and random weights."""

import math

import torch


def config_of(architecture, **settings):
    kind = architecture.removesuffix("ForCausalLM").lower()
    common = {"hidden_act": "silu", "attention_dropout": 0.0, "initializer_range": 0.02, "bos_token_id": 1, "eos_token_id": 2, "use_cache": True}
    return {"architectures": [architecture], "model_type": kind, **settings, **common}


def sizes(hidden, layers, heads, kv_heads, intermediate, vocab, tied, positions=128, eps=1e-5):
    return {
        "hidden_size": hidden, "num_hidden_layers": layers, "num_attention_heads": heads, "num_key_value_heads": kv_heads,
        "intermediate_size": intermediate, "vocab_size": vocab, "tie_word_embeddings": tied, "max_position_embeddings": positions,
        "rms_norm_eps": eps,
    }  # fmt: skip


BOTH = ["query-head", "kv-group"]


def candidates_of(query_heads, groups):
    """Candidates of level vectors for both granularities."""
    return [("query-head", levels) for levels in query_heads] + [("kv-group", levels) for levels in groups]


# Candidate 0 is the ragged one whose gradients and training are stored. Others: the dense model, mixtures, everything removed.
FOLDERS = {
    "llama3-mqa": {
        "seed": 14, "sequence": 23, "granularities": BOTH,
        "config": config_of(
            "LlamaForCausalLM", **sizes(18, 5, 3, 1, 31, 31, False), head_dim=8, dtype="float32",
            # At these lengths one frequency stays, one is interpolated and two are divided by 8.
            rope_parameters={"rope_type": "llama3", "rope_theta": 100.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 32},
            attention_bias=False, mlp_bias=False,
        ),
        "candidates": candidates_of(
            [[1, 4, 3, 7, 0, 2, 2, 10, 1, 9], [0] * 10, [2, 1, 1, 10, 3, 5, 0, 3, 2, 6], [3, 10] * 5],
            [[0, 4, 1, 7, 0, 2, 1, 10, 0, 9], [0] * 10, [1, 10] * 5],
        ),
    },
    "llama-linear": {
        "seed": 70, "sequence": 21, "granularities": BOTH,
        "config": config_of(
            "LlamaForCausalLM", **sizes(24, 3, 4, 2, 33, 41, True), torch_dtype="float32",
            rope_theta=10000.0, rope_scaling={"type": "linear", "factor": 2.5}, attention_bias=True, mlp_bias=True,
        ),
        "candidates": candidates_of(
            [[1, 4, 4, 7, 2, 10], [0] * 6, [3, 10, 1, 2, 4, 5], [2, 1, 3, 9, 0, 8], [4, 10] * 3],
            [[1, 4, 2, 7, 0, 10], [0] * 6, [0, 10, 1, 3, 1, 6], [2, 10] * 3],
        ),
    },
    "llama-dynamic": {
        "seed": 8, "sequence": 23, "granularities": BOTH,
        "config": config_of(
            "LlamaForCausalLM", **sizes(30, 2, 6, 3, 31, 37, False, positions=8), head_dim=4, dtype="float32",
            rope_parameters={"rope_type": "dynamic", "rope_theta": 10000.0, "factor": 2.0}, attention_bias=False, mlp_bias=False,
        ),
        "candidates": candidates_of(
            [[2, 4, 6, 7], [0] * 4, [1, 10, 4, 3], [5, 2, 3, 10], [6, 10] * 2],
            [[1, 4, 3, 7], [0] * 4, [2, 10, 1, 3], [3, 10] * 2],
        ),
    },
    "mistral-window": {
        "seed": 85, "sequence": 17, "granularities": BOTH, "dead_channels": [[0, 7], [1, 20]],
        "config": config_of(
            "MistralForCausalLM", **sizes(30, 2, 6, 2, 29, 53, False), head_dim=4, torch_dtype="float32", rope_theta=10000.0, sliding_window=5,
        ),
        "candidates": candidates_of(
            [[2, 4, 6, 7], [0] * 4, [1, 10, 4, 3], [5, 2, 3, 10], [6, 10] * 2],
            [[1, 4, 2, 7], [0] * 4, [2, 10, 1, 3], [2, 10] * 2],
        ),
    },
    "qwen2-window": {
        "seed": 11, "sequence": 19, "granularities": BOTH, "bias": 0.3,
        "config": config_of(
            "Qwen2ForCausalLM", **sizes(24, 4, 4, 2, 21, 31, False, eps=1e-6), torch_dtype="float32",
            rope_theta=1000.0, use_sliding_window=True, sliding_window=6, max_window_layers=2,
        ),
        "candidates": candidates_of(
            [[1, 4, 2, 10, 3, 7, 4, 2], [0] * 8, [4, 2, 0, 9, 1, 10, 2, 3], [4, 10] * 4],
            [[1, 4, 0, 10, 2, 7, 1, 2], [0] * 8, [2, 10] * 4],
        ),
    },
    "qwen3-odd": {
        "seed": 12, "sequence": 18, "granularities": BOTH, "bias": 0.2,
        "config": config_of(
            "Qwen3ForCausalLM", **sizes(22, 3, 3, 1, 27, 43, True, eps=1e-6), head_dim=10, dtype="float32",
            rope_parameters={"rope_type": "default", "rope_theta": 10000.0}, use_sliding_window=False, attention_bias=True,
        ),
        "candidates": candidates_of(
            [[1, 4, 3, 7, 2, 10], [0] * 6, [2, 10, 1, 2, 0, 5], [3, 1, 2, 9, 1, 8], [3, 10] * 3],
            [[0, 4, 1, 7, 0, 10], [0] * 6, [1, 10] * 3],
        ),
    },
    "smollm": {
        "seed": 98, "sequence": 20, "granularities": BOTH,
        "config": config_of(
            "LlamaForCausalLM", **sizes(36, 2, 9, 3, 29, 41, True), torch_dtype="float32",
            rope_theta=10000.0, rope_scaling=None, attention_bias=False, mlp_bias=False,
        ),
        "candidates": candidates_of(
            [[2, 4, 5, 7], [0] * 4, [7, 10, 1, 3], [3, 2, 9, 10], [9, 10] * 2],
            [[1, 4, 2, 7], [0] * 4, [3, 10, 1, 5], [3, 10] * 2],
        ),
    },
}  # fmt: skip


def draw_model(folder):
    """The configuration, float32 weights of about the sizes that trained models have, and token ids, all from the seed."""
    config, seed, length = folder["config"], folder["seed"], folder["sequence"]
    draw = torch.Generator().manual_seed(seed)
    normal = lambda *shape: torch.randn(*shape, generator=draw, dtype=torch.float64)
    hidden, heads, kv, channels = (config[key] for key in ("hidden_size", "num_attention_heads", "num_key_value_heads", "intermediate_size"))
    head_dim, kind = config.get("head_dim", hidden // heads), config["model_type"]
    weights = {"model.embed_tokens.weight": normal(config["vocab_size"], hidden) * (0.35 if config["tie_word_embeddings"] else 0.8)}
    norm = lambda width: 1 + 0.25 * normal(width)

    def projection(name, rows, columns, gain, bias):
        weights[f"{name}.weight"] = normal(rows, columns) * gain / math.sqrt(columns)
        if bias:
            weights[f"{name}.bias"] = folder.get("bias", 0.4) * normal(rows)

    attention_bias = config.get("attention_bias", False)
    for layer in range(config["num_hidden_layers"]):
        attn, mlp = f"model.layers.{layer}.self_attn", f"model.layers.{layer}.mlp"
        weights[f"model.layers.{layer}.input_layernorm.weight"] = norm(hidden)
        for name, count, gain in (("q", heads, 1.3), ("k", kv, 1.3), ("v", kv, 1.0)):
            projection(f"{attn}.{name}_proj", count * head_dim, hidden, gain, attention_bias or kind == "qwen2")
        projection(f"{attn}.o_proj", hidden, heads * head_dim, 1.6, attention_bias)
        if kind == "qwen3":
            weights[f"{attn}.q_norm.weight"], weights[f"{attn}.k_norm.weight"] = norm(head_dim), norm(head_dim)
        weights[f"model.layers.{layer}.post_attention_layernorm.weight"] = norm(hidden)
        for name, gain in (("gate", 1.6), ("up", 1.2)):
            projection(f"{mlp}.{name}_proj", channels, hidden, gain, config.get("mlp_bias", False))
        projection(f"{mlp}.down_proj", hidden, channels, 1.1, config.get("mlp_bias", False))
    weights["model.norm.weight"] = norm(hidden)
    if not config["tie_word_embeddings"]:
        weights["lm_head.weight"] = normal(config["vocab_size"], hidden) * 1.5 / math.sqrt(hidden)
    for layer, channel in folder.get("dead_channels", []):
        weights[f"model.layers.{layer}.mlp.up_proj.weight"][channel] = 0
    ids = lambda *shape: torch.randint(config["vocab_size"], shape, generator=draw)
    batches = {"calib_ids": ids(8, length), "batch_ids": ids(3, length), "step_ids": ids(3, 1, length)}
    return config, {name: value.float() for name, value in weights.items()}, batches
