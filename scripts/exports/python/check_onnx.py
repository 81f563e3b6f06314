"""onnx.checker and onnxruntime's Python package on every ONNX file."""
import cases

cases.need("numpy", "onnx", "onnxruntime")
import numpy
import onnx
import onnxruntime


def feeds(session, rows, pad):
    """Inputs of a batch of token lists, padded on the left."""
    length = max(map(len, rows))
    ids = numpy.array([[pad] * (length - len(row)) + row for row in rows], dtype=numpy.int64)
    mask = numpy.array([[0] * (length - len(row)) + [1] * len(row) for row in rows], dtype=numpy.int64)
    offered = {
        "input_ids": ids,
        "attention_mask": mask,
        "position_ids": numpy.maximum(mask.cumsum(-1) - 1, 0),
        "num_logits_to_keep": numpy.array(0, dtype=numpy.int64),
    }
    for item in session.get_inputs():
        if item.name.startswith("past_key_values."):
            kind = numpy.float16 if "float16" in item.type else numpy.float32
            offered[item.name] = numpy.zeros((len(rows), item.shape[1], 0, item.shape[3]), dtype=kind)
    return {item.name: offered[item.name] for item in session.get_inputs()}


def check(case, entry):
    what = f"{case['name']} {entry['id']}"
    if entry["attention"] == "plain":
        onnx.checker.check_model(entry["path"], full_check=True)
        cases.say(True, f"{what} onnx.checker")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(entry["path"], options, providers=["CPUExecutionProvider"])
    rows = [prompt["ids"] + prompt["next"] for prompt in case["prompts"]]
    single = [session.run(["logits"], feeds(session, [row], 0))[0][0] for row in rows]
    cases.compare(f"{what} onnxruntime for Python", case, entry, single)
    if entry["attention"] == "plain":
        batch = session.run(["logits"], feeds(session, rows, 0))[0]
        real = [logits[-len(row) :] for logits, row in zip(batch, rows, strict=True)]
        cases.compare(f"{what} onnxruntime for Python, padded on the left", case, entry, real)


for case in cases.cases():
    for entry in cases.formats(case, "onnx"):
        cases.attempt(f"{case['name']} {entry['id']}", lambda: check(case, entry))
cases.finish()
