"""Writes fixtures/rotary/inverse-frequencies.json: inverse frequencies as Hugging Face transformers computes them (float32).

Needs torch and transformers 5 (made with 5.23.0, torch 2.13.0). Usage: python3 scripts/make-rotary-references.py
"""
import json
from pathlib import Path

import torch
import transformers
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

OUT = Path(__file__).parent.parent / "fixtures" / "rotary" / "inverse-frequencies.json"

LLAMA3 = {"rope_type": "llama3", "low_freq_factor": 1.0, "high_freq_factor": 4.0}
CASES = [
    # head_dim, theta, max positions, scaling, lengths of sequences
    (64, 10_000.0, 2048, None, [1]),
    (10, 1_000_000.0, 512, None, [1]),
    (128, 500_000.0, 131_072, {**LLAMA3, "factor": 8.0, "original_max_position_embeddings": 8192}, [1]),
    (64, 500_000.0, 131_072, {**LLAMA3, "factor": 32.0, "original_max_position_embeddings": 8192}, [1]),
    (14, 10_000.0, 256, {**LLAMA3, "factor": 3.7, "high_freq_factor": 6.5, "original_max_position_embeddings": 64}, [1]),
    (16, 10_000.0, 256, {"rope_type": "linear", "factor": 2.5}, [1]),
    (6, 10_000.0, 64, {"rope_type": "dynamic", "factor": 2.0}, [1, 64, 65, 100, 1000]),
    (64, 10_000.0, 2048, {"rope_type": "dynamic", "factor": 3.3}, [2048, 2049, 8192]),
]


def frequencies(head_dim, theta, positions, scaling, length):
    config = LlamaConfig(
        hidden_size=4 * head_dim, num_attention_heads=4, head_dim=head_dim, max_position_embeddings=positions,
        rope_parameters={"rope_type": "default", "rope_theta": theta, **(scaling or {})},
    )
    rotary = LlamaRotaryEmbedding(config)
    rotary(torch.zeros(1), torch.arange(length)[None])  # "dynamic" computes anew for long sequences
    return [float(value) for value in rotary.inv_freq]


def main():
    cases = [
        {"head_dim": head_dim, "theta": theta, "max_positions": positions, "scaling": scaling, "length": length,
         "inverse_frequencies": frequencies(head_dim, theta, positions, scaling, length)}
        for head_dim, theta, positions, scaling, lengths in CASES
        for length in lengths
    ]
    OUT.parent.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(case) for case in cases)
    made = f"transformers {transformers.__version__}, torch {torch.__version__}"
    OUT.write_text(f'{{"made_with": "{made}", "cases": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
