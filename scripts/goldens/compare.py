"""Differences between two computations of a golden folder, and the tolerances that follow from them."""

from math import ceil, floor, log10

import torch

# What a float32 implementation is allowed at least, as in the first four folders.
FLOORS = {
    "adamw_param_max_abs": 2e-4, "adamw_update_rel_l2": 5e-3, "candidate_logits_max_abs": 5e-4, "grad_max_abs_over_max": 1e-4,
    "grad_rel_l2": 1e-4, "hessian_max_abs_over_max": 1e-5, "hessian_rel_fro": 1e-5, "kl_abs": 2e-5, "kl_rel": 2e-5,
    "logits_max_abs": 5e-4, "loss_rel": 1e-5, "obs_loss_rel": 1e-4, "obs_score_rel": 1e-4, "obs_weight_max_abs": 2e-4,
    "obs_weight_rel_fro": 1e-4,
}  # fmt: skip
SAFETY = 20.0


def rounded_up(value):
    """The least of 1, 2, 5, 10, 20, ... (and 0.5, 0.2, ...) that is not below the value."""
    if value <= 0:
        return 0.0
    power = 10.0 ** floor(log10(value))
    return next(float(f"{step * power:.0e}") for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-12))


def tolerances_of(observed):
    return {key: max(least, *(rounded_up(SAFETY * seen[key]) for seen in observed.values())) for key, least in FLOORS.items()}


def relative(actual, golden):
    return 0.0 if actual == golden else abs(actual - golden) / abs(golden) if golden else float("inf")


def tensor_differences(actual, golden):
    actual, golden = actual.double(), golden.double()
    if actual.shape != golden.shape:
        return {"rel": float("inf"), "max": float("inf"), "over_max": float("inf")}
    if golden.numel() == 0:
        return {"rel": 0.0, "max": 0.0, "over_max": 0.0}
    apart, size = (actual - golden), golden.abs().max().item()
    largest = apart.abs().max().item()
    ratio = lambda above, below: above / below if below else (0.0 if above == 0 else float("inf"))
    return {"rel": ratio(apart.norm().item(), golden.norm().item()), "max": largest, "over_max": ratio(largest, size)}


def observed_differences(golden, actual, starts):
    """The largest difference of every kind between two results `(scalars, tensors)`; starts: parameters before training, by variant."""
    (golden, tensors), (scalars, computed) = golden, actual
    worst = dict.fromkeys(FLOORS, 0.0)

    def add(key, value):
        worst[key] = max(worst[key], value)

    add("loss_rel", relative(scalars["ce"], golden["ce"]))
    for variant, steps in golden["losses"].items():
        for found, wanted in zip(scalars["losses"][variant], steps, strict=True):
            add("loss_rel", relative(found, wanted))
    for found, wanted in zip(scalars["candidates"], golden["candidates"], strict=True):
        add("loss_rel", relative(found["ce"], wanted["ce"]))
        add("kl_abs", abs(found["kl"] - wanted["kl"]))
        if max(wanted["levels"]) > 0:
            add("kl_rel", relative(found["kl"], wanted["kl"]))
    for granularity, modules in golden["database"].items():
        for found, wanted in zip(scalars["database"][granularity], modules, strict=True):
            for level, line in zip(found["levels"], wanted["levels"], strict=True):
                if line["loss"] != 0:
                    add("obs_loss_rel", relative(level["loss"], line["loss"]))
    assert computed.keys() == tensors.keys(), sorted(computed.keys() ^ tensors.keys())[:5]
    for name, wanted in tensors.items():
        found, part = computed[name], name.split("/")
        apart = tensor_differences(found, wanted)
        if part[0] == "H":
            add("hessian_rel_fro", apart["rel"])
            add("hessian_max_abs_over_max", apart["over_max"])
        elif part[0] == "grad":
            add("grad_rel_l2", apart["rel"])
            add("grad_max_abs_over_max", apart["over_max"])
        elif part[0] == "adamw":
            start = starts[part[1]][part[2]].double()
            update = (wanted.double() - start).norm().item()
            add("adamw_param_max_abs", apart["max"])
            if update > 0:
                add("adamw_update_rel_l2", (found.double() - wanted.double()).norm().item() / update)
            else:
                assert apart["max"] == 0, name
        elif part[-1] == "scores":
            for one, other in zip(found.tolist(), wanted.tolist(), strict=True):
                if other != 0:
                    add("obs_score_rel", relative(one, other))
        elif part[-1] in ("order", "kept"):
            assert torch.equal(found.int(), wanted.int()), f"{name} differs in float32: choose another seed"
        elif part[-1] == "weight" and part[0] == "obs":
            add("obs_weight_rel_fro", apart["rel"])
            add("obs_weight_max_abs", apart["max"])
        elif name == "logits":
            add("logits_max_abs", apart["max"])
        elif name == "candidate.0/logits":
            add("candidate_logits_max_abs", apart["max"])
        elif part[-1] == "kl_tokens":
            # Single positions are held to the tolerances that follow from the means; either is enough.
            for one, other in zip(found.flatten().tolist(), wanted.flatten().tolist(), strict=True):
                share = min(abs(one - other) / FLOORS["kl_abs"], relative(one, other) / FLOORS["kl_rel"])
                assert share < 0.5, f"{name} differs by too much in float32: choose another seed"
        else:
            assert part[0] == "adamw_fixed", name
            assert apart["max"] < 1e-6, name
    return worst


def exact_differences(stored, golden, path=""):
    """Paths of what is no float and differs: names, counts, tables. Keys that only the new computation has are passed over."""
    aside = {"name", "seed", "versions", "tolerances", "observed_float32", "safety_factor", "checks", "notes", "min_margin"}
    if isinstance(stored, dict):
        for key in stored.keys() - aside:
            yield from exact_differences(stored[key], golden[key], f"{path}.{key}") if key in golden else [f"{path}.{key} is missing"]
    elif isinstance(stored, list):
        if len(stored) != len(golden):
            yield f"{path}: {len(stored)} and {len(golden)} entries"
        for index, (one, other) in enumerate(zip(stored, golden)):
            yield from exact_differences(one, other, f"{path}.{index}")
    elif not isinstance(stored, float) and stored != golden:
        yield f"{path}: {stored} and {golden}"


def compare(stored, tensors, golden, computed, weights):
    """Rows (what, difference, tolerance) of a stored folder against a new computation of it."""
    exact = list(exact_differences(stored, golden))
    wanted = {**stored, "losses": stored["adamw"]["losses"]}
    starts = {"dense": weights}
    for variant in ("candidate.0", "candidate.0.wd"):
        starts[variant] = {key.split("/")[2]: start_of(key, stored, tensors, weights) for key in tensors if key.startswith(f"adamw/{variant}/")}
    observed = observed_differences((wanted, tensors), ({**golden, "losses": golden["adamw"]["losses"]}, computed), starts)
    fixed = max(tensor_differences(computed[key], tensors[key])["max"] for key in tensors if key.startswith("adamw_fixed/"))
    rows = [("names, counts, tables, orders", exact[0] if exact else 0.0, 0.0), ("adamw_fixed", fixed, 1e-6)]
    margins = [stored["checks"]["min_margin"], golden["checks"]["min_margin"]]
    rows.append(("checks.min_margin", relative(*margins), 1e-6))
    return rows + [(key, observed[key], stored["tolerances"][key] / SAFETY) for key in FLOORS]


def start_of(key, stored, tensors, weights):
    """A parameter of candidate 0 before training, from the stored folder."""
    name = key.split("/")[2]
    candidate, dense = stored["candidates"][0], weights[name]
    parts = name.split(".")
    if parts[1] != "layers" or parts[4].endswith("norm") or parts[3].endswith("layernorm"):
        return dense
    layer, projection = int(parts[2]), parts[4]
    attention = parts[3] == "self_attn"
    level = candidate["levels"][2 * layer + (0 if attention else 1)]
    module = f"model.layers.{layer}.{'self_attn.o_proj' if attention else 'mlp.down_proj'}"
    tag = f"obs/{candidate['granularity'] if attention else 'mlp'}/{module}/level.{level}"
    if projection in ("o_proj", "down_proj"):
        return tensors[f"{tag}/weight"] if level > 0 and parts[5] == "weight" else dense
    shape, hd = candidate["shapes"][layer], stored["dims"]["head_dim"]
    kept = {"q_proj": shape["q"], "k_proj": shape["kv"], "v_proj": shape["kv"]}.get(projection)
    rows = tensors[f"{tag}/kept"].tolist() if kept is None else [index * hd + row for index in kept for row in range(hd)]
    return dense[rows]


def print_comparison(path, rows):
    """Prints the rows; true if every difference is within its bound: a twentieth of what a float32 implementation is allowed."""
    print(path)
    good = True
    for what, difference, bound in rows:
        passed = isinstance(difference, float) and difference <= bound
        good &= passed
        shown = f"{difference:9.2e}" if isinstance(difference, float) else difference
        print(f"  {'ok  ' if passed else 'FAIL'} {what:32} {shown}  (bound {bound:.2e})")
    return good
