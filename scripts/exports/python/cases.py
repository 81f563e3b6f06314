"""The cases that make-cases.ts wrote, and the counting of what was checked in them."""
import importlib
import json
import pathlib
import sys

passed = failed = 0


def say(good, line):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
    print(f"{'ok  ' if good else 'FAIL'} {line}", flush=True)


def attempt(what, check):
    """Runs checks that may raise: then that is one failure more, and the others go on."""
    try:
        check()
    except Exception as error:
        say(False, f"{what}: {type(error).__name__}: {str(error)[:600]}")


def need(*packages):
    """Imports packages. Ends this part where one is missing, which is a failure: it was to be checked."""
    for package in packages:
        try:
            importlib.import_module(package)
        except ImportError as error:
            print(f"not run: {pathlib.Path(sys.argv[0]).name} needs the package {package} ({error})")
            print("0 passed, 1 failed")
            sys.exit(0)


def finish():
    print(f"{passed} passed, {failed} failed")


def cases():
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*/case.json")):
        yield json.loads(path.read_text())


def formats(case, kind):
    return [entry for entry in case["formats"] if entry["kind"] == kind]


def reference(case, entry):
    """Logits of each prompt and what follows it, [positions, vocabulary]."""
    import numpy

    return [numpy.fromfile(path).reshape(-1, case["vocabulary"]) for path in entry["reference"]]


def compare(what, case, entry, logits):
    """Compares logits of each prompt and its `next` with the reference; greedy tokens too where weights are not quantised."""
    import numpy

    expected = reference(case, entry)
    error = max(float(numpy.linalg.norm(got - want) / numpy.linalg.norm(want)) for got, want in zip(logits, expected, strict=True))
    line = f"{what}: {error:.1e} (limit {entry['limit']:g})"
    if not entry["exact"]:
        return say(error <= entry["limit"], line)
    equal = True
    for prompt, got in zip(case["prompts"], logits, strict=True):
        first = len(prompt["ids"]) - 1
        chosen = got[first : first + len(prompt["next"])].argmax(-1).tolist()
        equal = equal and chosen == prompt["next"]
    say(error <= entry["limit"] and equal, f"{line}, greedy tokens {'equal' if equal else 'DIFFER'}")
