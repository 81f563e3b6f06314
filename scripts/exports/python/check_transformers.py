"""transformers on every safetensors folder: remote code for irregular layers, stock classes for the others."""
import pathlib

import cases

cases.need("numpy", "torch", "transformers", "safetensors")
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

TYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}


def check_weights(what, case, entry):
    """Each weight is the source's, rounded once."""
    source = load_file(pathlib.Path(case["source"]) / "model.safetensors")
    written = load_file(pathlib.Path(entry["path"]) / "model.safetensors")
    same = source.keys() == written.keys() and all(torch.equal(value.to(TYPES[entry["type"]]), written[name]) for name, value in source.items())
    cases.say(same, f"{what} weights are the model's, rounded once")


@torch.no_grad()
def check_model(what, case, entry):
    stock = case["regular"] or entry["shape"] == "padded"
    model = AutoModelForCausalLM.from_pretrained(entry["path"], trust_remote_code=not stock, dtype=torch.float32).eval()
    name = type(model).__name__
    cases.say((name != "PrunedForCausalLM") == stock, f"{what} opens as {name}")
    tokenizer = AutoTokenizer.from_pretrained(entry["path"], trust_remote_code=not stock, padding_side="left")
    texts = [prompt["text"] for prompt in case["prompts"]]
    tokens = [tokenizer(text)["input_ids"] for text in texts]
    cases.say(tokens == [prompt["ids"] for prompt in case["prompts"]], f"{what} tokenizer: the same tokens")
    rows = [torch.tensor([prompt["ids"] + prompt["next"]]) for prompt in case["prompts"]]
    cases.compare(what, case, entry, [model(row).logits[0].double().numpy() for row in rows])
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    batch = tokenizer(texts, padding=True, return_tensors="pt")
    batch.pop("token_type_ids", None)
    count = len(case["prompts"][0]["next"])
    generated = model.generate(**batch, max_new_tokens=count, do_sample=False, pad_token_id=tokenizer.pad_token_id)
    wanted = [prompt["next"] for prompt in case["prompts"]]
    cases.say(generated[:, -count:].tolist() == wanted, f"{what} generate, padded on the left: the reference's greedy tokens")


for case in cases.cases():
    for entry in cases.formats(case, "safetensors"):
        what = f"{case['name']} {entry['id']} transformers"
        if entry["shape"] == "irregular":
            cases.attempt(what, lambda: check_weights(what, case, entry))
        cases.attempt(what, lambda: check_model(what, case, entry))
cases.finish()
