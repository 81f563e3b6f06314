#!/usr/bin/env python3
"""What PyTorch says of a real model, for `npm run test:real`: float32 logits and held-out perplexity by transformers.

    pip install torch transformers safetensors
    python3 scripts/real-reference.py MODEL_DIR TOKENS.json OUT_DIR

TOKENS.json holds {"logits": [ids], "heldOut": [[ids], ...]}. OUT_DIR gets reference.safetensors (logits [tokens, vocabulary]) and
reference.json (perplexity over the predicted positions of heldOut, versions).
"""
import json
import math
import pathlib
import sys

import torch
import transformers
from safetensors.torch import save_file


def main(model_dir: str, tokens_file: str, out_dir: str) -> None:
    tokens = json.loads(pathlib.Path(tokens_file).read_text())
    out = pathlib.Path(out_dir)
    model = transformers.AutoModelForCausalLM.from_pretrained(model_dir, dtype=torch.float32, attn_implementation="eager")
    model.eval()
    with torch.no_grad():
        logits = model(torch.tensor([tokens["logits"]])).logits[0]  # [tokens, vocabulary]
        total, positions = 0.0, 0
        for sequence in tokens["heldOut"]:
            ids = torch.tensor([sequence])
            scores = model(ids).logits[0, :-1].double()
            total += torch.nn.functional.cross_entropy(scores, ids[0, 1:], reduction="sum").item()
            positions += len(sequence) - 1
    save_file({"logits": logits.contiguous()}, out / "reference.safetensors")
    result = {"perplexity": math.exp(total / positions), "torch": torch.__version__, "transformers": transformers.__version__}
    (out / "reference.json").write_text(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:4])
