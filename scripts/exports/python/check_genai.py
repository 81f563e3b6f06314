"""onnxruntime-genai on every ONNX file of the folder, by its genai_config.json."""
import json
import pathlib

import cases

cases.need("numpy", "onnxruntime_genai")
import numpy
import onnxruntime_genai as genai


def generate(model, prompt, end):
    """Logits that each token of `next` was chosen by, and the greedy tokens; teacher-forced, so that rows are comparable."""
    ids, following = prompt["ids"], prompt["next"]
    params = genai.GeneratorParams(model)
    params.set_search_options(max_length=len(ids) + len(following) + 1, do_sample=False)
    generator = genai.Generator(model, params)
    generator.append_tokens(numpy.array([ids], dtype=numpy.int32))
    rows = [generator.get_logits().reshape(-1, end)[-1]]
    for token in following:
        generator.append_tokens(numpy.array([[token]], dtype=numpy.int32))
        rows.append(generator.get_logits().reshape(-1, end)[-1])
    return numpy.stack(rows)


def greedy(model, prompt):
    ids, following = prompt["ids"], prompt["next"]
    params = genai.GeneratorParams(model)
    params.set_search_options(max_length=len(ids) + len(following), do_sample=False)
    generator = genai.Generator(model, params)
    generator.append_tokens(numpy.array([ids], dtype=numpy.int32))
    while not generator.is_done():
        generator.generate_next_token()
    return generator.get_sequence(0).tolist()[len(ids) :]


def check(case, entry):
    what = f"{case['name']} {entry['id']} onnxruntime-genai"
    config = genai.Config(case["folder"])
    name = pathlib.Path(entry["path"]).relative_to(case["folder"]).as_posix()
    config.overlay(json.dumps({"model": {"decoder": {"filename": name}}}))
    model = genai.Model(config)
    error = 0.0
    for prompt, expected in zip(case["prompts"], cases.reference(case, entry), strict=True):
        wanted = expected[len(prompt["ids"]) - 1 :]
        got = generate(model, prompt, case["vocabulary"])
        error = max(error, float(numpy.linalg.norm(got - wanted) / numpy.linalg.norm(wanted)))
    cases.say(error <= entry["limit"], f"{what}, cached: {error:.1e} (limit {entry['limit']:g})")
    if entry["exact"]:
        equal = all(greedy(model, prompt) == prompt["next"] for prompt in case["prompts"])
        cases.say(equal, f"{what} writes the reference's greedy tokens")
    tokenizer = genai.Tokenizer(model)
    same = all(tokenizer.encode(prompt["text"]).tolist() == prompt["ids"] for prompt in case["prompts"])
    cases.say(same, f"{what} tokenizer: the same tokens")


for case in cases.cases():
    for entry in cases.formats(case, "onnx"):
        cases.attempt(f"{case['name']} {entry['id']} onnxruntime-genai", lambda: check(case, entry))
cases.finish()
