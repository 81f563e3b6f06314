"""The gguf package on every GGUF file."""
import pathlib

import cases

cases.need("numpy", "gguf", "safetensors")
import numpy
from gguf import GGUFReader, dequantize
from safetensors.numpy import load_file


def check(what, case, entry):
    reader = GGUFReader(entry["path"])
    tensors = {tensor.name: dequantize(tensor.data, tensor.tensor_type) for tensor in reader.tensors}
    finite = all(numpy.isfinite(values).all() for values in tensors.values())
    ends = [int(tensor.data_offset) + int(tensor.n_bytes) for tensor in reader.tensors]
    whole = pathlib.Path(entry["path"]).stat().st_size >= max(ends) and all(tensor.data_offset % 32 == 0 for tensor in reader.tensors)
    cases.say(finite and whole, f"{what}: {len(tensors)} tensors, aligned and finite")
    tokens = len(reader.fields["tokenizer.ggml.tokens"].data)
    cases.say(tokens == case["vocabulary"], f"{what}: {tokens} tokens")
    embedding = load_file(pathlib.Path(case["source"]) / "model.safetensors")["model.embed_tokens.weight"]
    error = float(numpy.linalg.norm(tensors["token_embd.weight"] - embedding) / numpy.linalg.norm(embedding))
    limit = 1e-3 if entry["type"] == "f16" else 1e-2
    cases.say(error <= limit, f"{what}: the embedding is the model's, {error:.1e} (limit {limit:g})")


for case in cases.cases():
    for entry in cases.formats(case, "gguf"):
        what = f"{case['name']} {entry['id']} gguf"
        cases.attempt(what, lambda: check(what, case, entry))
cases.finish()
