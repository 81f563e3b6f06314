#!/usr/bin/env python3
"""Makes golden folders (fixtures/goldens/README.md says what is in them), or checks the ones that are there.

    python3 scripts/make-goldens.py OUT [NAME...]        makes the folders of goldens/folders.py in OUT
    python3 scripts/make-goldens.py --seeds NAME COUNT   ranks seeds by the lead of the best score over the second
    python3 scripts/make-goldens.py --check DIR...       recomputes every number of folders and prints the differences

The reference is float64 on the float32 weights. The dense model's logits, Hessians and gradients come from the classes of
transformers (eager attention); the pruned models, which those cannot hold, from the short forward below, which is compared
with transformers on the dense model. Needs torch, transformers, safetensors and numpy; the engine needs none of them.
"""

import contextlib
import json
import sys
from pathlib import Path

import numpy
import safetensors
import torch
import transformers
from safetensors.torch import load_file, save_file

from goldens.compare import FLOORS, compare, observed_differences, print_comparison, tolerances_of
from goldens.folders import FOLDERS, draw_model
from goldens.obs import build_database, closed_form_difference, module_parameters

LR, BETA1, BETA2, EPS = 1e-3, 0.9, 0.95, 1e-8
K, DAMPING = 10, 0.01
WEIGHT_DECAY = {"dense": 0.0, "candidate.0": 0.0, "candidate.0.wd": 0.1}
NOTES = [
    "Ties: the structure with the lowest index wins. Dead channels have score 0 and go first, in index order.",
    "min_margin: least relative distance between the best and the second-best score over all steps; null where there is one structure.",
    "ce, kl: means over the B*(S-1) positions with a next token. kl_tokens has all B*S positions.",
    "H: undamped, over all B*S tokens of calib_ids, float64.",
    "Levels with equal removed counts are one level; 'nominal' lists the k of 0..K it stands for.",
]


class Torch:
    """torch, but its float32 is float64: what the modelling code upcasts to inside norms and softmax must not be less precise."""

    def __getattr__(self, name):
        return torch.float64 if name == "float32" else getattr(torch, name)


@contextlib.contextmanager
def precise(model):
    """float64 through and through while transformers computes; its rotary frequencies and angles stay float32 (`torch.float`)."""
    module = sys.modules[type(model).__module__]
    if model.dtype == torch.float64:
        module.torch = Torch()
    try:
        yield
    finally:
        module.torch = torch


class Model:
    """A dense model in one precision: transformers' own, and the short forward that also runs its pruned versions."""

    def __init__(self, config, weights, dtype):
        make = getattr(transformers, config["architectures"][0])
        # A copy: the configuration classes change nested dictionaries.
        self.hf = make._from_config(make.config_class.from_dict(json.loads(json.dumps(config))), attn_implementation="eager")
        missing, unexpected = self.hf.load_state_dict(weights, strict=False)
        assert not unexpected and set(missing) <= {"lm_head.weight"}, (missing, unexpected)
        self.hf.tie_weights()
        self.hf.to(dtype).eval()
        c, self.dtype = self.hf.config, dtype
        self.params = {name: value.detach().clone() for name, value in self.hf.named_parameters()}
        assert set(self.params) == set(weights), set(self.params) ^ set(weights)
        self.heads, self.kv = c.num_attention_heads, c.num_key_value_heads
        self.head_dim = getattr(c, "head_dim", None) or c.hidden_size // c.num_attention_heads
        self.eps, self.channels, self.layers = c.rms_norm_eps, c.intermediate_size, c.num_hidden_layers
        types = getattr(c, "layer_types", None) or ["sliding_attention" if c.model_type == "mistral" else "full_attention"] * self.layers
        self.windows = [getattr(c, "sliding_window", None) if kind == "sliding_attention" else None for kind in types]
        self.dense_shapes = [(list(range(self.heads)), list(range(self.kv)), list(range(self.channels)))] * self.layers

    def transformers_run(self, ids, gradients=False):
        """Logits, inputs of the output projections, and (if asked) the loss and gradient of every parameter, all by transformers."""
        inputs, hooks = {}, []
        for name, module in self.hf.named_modules():
            if name.endswith((".o_proj", ".down_proj")):
                hooks.append(module.register_forward_pre_hook(lambda _, args, name=name: inputs.__setitem__(name, args[0].detach())))
        with precise(self.hf), torch.set_grad_enabled(gradients):
            logits = self.hf(ids, use_cache=False).logits
            loss = cross_entropy(logits, ids)
            grads = {}
            if gradients:
                names, values = zip(*self.hf.named_parameters())
                grads = dict(zip(names, torch.autograd.grad(loss, values)))
        for hook in hooks:
            hook.remove()
        return logits.detach(), inputs, loss.item(), grads

    def rotary(self, length):
        """Cosines and sines `[length, head_dim]` by transformers' own module, which rounds them to float32."""
        with precise(self.hf):
            cos, sin = self.hf.model.rotary_emb(torch.zeros(1, length, 1, dtype=self.dtype), torch.arange(length)[None])
        return cos[0], sin[0]

    def forward(self, p, shapes, ids):
        """Logits of a model with these parameters, whose layers keep these query heads, KV heads and channels of the dense one."""
        sequences, length = ids.shape
        cos, sin = self.rotary(length)
        past = torch.arange(length)[:, None] - torch.arange(length)[None]
        norm = lambda x, name: p[name] * (x * torch.rsqrt((x * x).mean(-1, keepdim=True) + self.eps))
        linear = lambda x, name: torch.nn.functional.linear(x, p[f"{name}.weight"], p.get(f"{name}.bias"))
        half = self.head_dim // 2
        turn = lambda x: x * cos + torch.cat((-x[..., half:], x[..., :half]), -1) * sin

        def heads_of(x, name, normed):
            x = linear(x, f"{name}_proj").view(sequences, length, -1, self.head_dim)
            return (norm(x, f"{name}_norm.weight") if normed and f"{name}_norm.weight" in p else x).transpose(1, 2)

        x = p["model.embed_tokens.weight"][ids]
        for layer, (queries, keys, channels) in enumerate(shapes):
            stem = f"model.layers.{layer}"
            if queries:
                h = norm(x, f"{stem}.input_layernorm.weight")
                q, k = turn(heads_of(h, f"{stem}.self_attn.q", True)), turn(heads_of(h, f"{stem}.self_attn.k", True))
                v = heads_of(h, f"{stem}.self_attn.v", False)
                owner = [keys.index(query // (self.heads // self.kv)) for query in queries]
                seen = (past >= 0) & (past < (self.windows[layer] or length))
                scores = (q @ k[:, owner].transpose(2, 3)) * self.head_dim**-0.5
                mixed = torch.softmax(scores.masked_fill(~seen, -torch.inf), -1) @ v[:, owner]
                x = x + linear(mixed.transpose(1, 2).reshape(sequences, length, -1), f"{stem}.self_attn.o_proj")
            if channels:
                h = norm(x, f"{stem}.post_attention_layernorm.weight")
                gated = torch.nn.functional.silu(linear(h, f"{stem}.mlp.gate_proj")) * linear(h, f"{stem}.mlp.up_proj")
                x = x + linear(gated, f"{stem}.mlp.down_proj")
        x = norm(x, "model.norm.weight")
        return x @ p.get("lm_head.weight", p["model.embed_tokens.weight"]).T

    def loss_and_gradients(self, params, shapes, ids):
        """Loss, and gradients of the parameters that it reaches."""
        leaves = {name: value.clone().requires_grad_() for name, value in params.items()}
        loss = cross_entropy(self.forward(leaves, shapes, ids), ids)
        grads = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)
        return loss.item(), {name: grad for name, grad in zip(leaves, grads) if grad is not None}

    def candidate(self, database, levels):
        """Parameters and shapes of the small model at these levels (layer 0 attention, layer 0 MLP, ...)."""
        p, shapes, hd = dict(self.params), [], self.head_dim
        rows = lambda kept, size: [index * size + row for index in kept for row in range(size)]
        for layer in range(self.layers):
            attn, mlp = database[2 * layer], database[2 * layer + 1]
            (queries, keys), channels = attn.heads[levels[2 * layer]], mlp.kept[levels[2 * layer + 1]]
            stem = f"model.layers.{layer}"
            gathered = [("self_attn.q_proj", rows(queries, hd)), ("self_attn.k_proj", rows(keys, hd)), ("self_attn.v_proj", rows(keys, hd))]
            for name, kept in [*gathered, ("mlp.gate_proj", channels), ("mlp.up_proj", channels)]:
                for part in ("weight", "bias"):
                    if f"{stem}.{name}.{part}" in p:
                        p[f"{stem}.{name}.{part}"] = p[f"{stem}.{name}.{part}"][kept]
            for module, level in ((attn, levels[2 * layer]), (mlp, levels[2 * layer + 1])):
                if level > 0:
                    p[f"{module.name}.weight"] = module.weights[level].to(self.dtype)
            shapes.append((queries, keys, channels))
            gone = ([] if queries else ["self_attn."]) + ([] if channels else ["mlp."])
            p = {name: value for name, value in p.items() if not any(name.startswith(f"{stem}.{part}") for part in gone)}
        return p, shapes

    def train(self, params, shapes, batches, weight_decay, fixed=None):
        """AdamW: parameters after one step a batch (or with the same gradient each step), and the losses before each step."""
        params, moments, losses = dict(params), {}, []
        for step, ids in enumerate(batches, 1):
            loss, grads = (None, fixed) if fixed else self.loss_and_gradients(params, shapes, ids)
            losses.append(loss)
            for name, grad in grads.items():
                mean, square = moments.get(name, (torch.zeros_like(grad), torch.zeros_like(grad)))
                mean, square = BETA1 * mean + (1 - BETA1) * grad, BETA2 * square + (1 - BETA2) * grad * grad
                moments[name] = mean, square
                size = (square / (1 - BETA2**step)).sqrt() + EPS
                params[name] = params[name] * (1 - LR * weight_decay) - LR * (mean / (1 - BETA1**step)) / size
        return params, losses


def cross_entropy(logits, ids):
    return torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten())


def stock_adamw_difference(model, batches):
    """Largest difference between the optimizer above and torch's, three steps on the dense model."""
    ours, _ = model.train(model.params, model.dense_shapes, batches, 0.1)
    leaves = {name: value.clone().requires_grad_() for name, value in model.params.items()}
    optimizer = torch.optim.AdamW(leaves.values(), lr=LR, betas=(BETA1, BETA2), eps=EPS, weight_decay=0.1)
    for ids in batches:
        optimizer.zero_grad()
        cross_entropy(model.forward(leaves, model.dense_shapes, ids), ids).backward()
        optimizer.step()
    return max((ours[name] - leaf.detach()).abs().max().item() for name, leaf in leaves.items())


def hessians_of(inputs):
    """`(2/n) X^T X` over all n tokens, one sequence after the other."""
    return {name: 2 / x[..., 0].numel() * sum(sequence.T @ sequence for sequence in x) for name, x in inputs.items()}


def compute(model, ids, granularities, candidates, hessians=None, gradient=None):
    """Every number of a golden folder as (scalars, tensors), in the precision of the model; from these Hessians, and for
    adamw_fixed from this gradient, in place of its own where given."""
    out, tensors = {}, {}
    logits, _, out["ce"], grads = model.transformers_run(ids["batch_ids"], gradients=True)
    tensors["logits"] = logits
    own = hessians_of(model.transformers_run(ids["calib_ids"])[1])
    tensors |= {f"H/{name}": matrix for name, matrix in own.items()}
    out["dead_channels"] = [
        [layer, index]
        for layer in range(model.layers)
        for index in (own[f"model.layers.{layer}.mlp.down_proj"].diagonal() == 0).nonzero().flatten().tolist()
    ]
    used = {name: matrix.to(model.dtype) for name, matrix in (hessians or own).items()}
    databases = {granularity: build_database(model, used, granularity, K, DAMPING) for granularity in granularities}
    for database in databases.values():
        for module in database:
            tensors |= module.tensors()
    out["database"] = {granularity: [module.table() for module in database] for granularity, database in databases.items()}
    count = lambda shapes: sum(module_parameters(model, layer, *shape) for layer, shape in enumerate(shapes))
    out["prunable_params"] = count(model.dense_shapes)
    out["total_params"] = sum(value.numel() for value in model.params.values())
    outside = out["total_params"] - out["prunable_params"]

    dense_log = torch.log_softmax(logits, -1)
    out["candidates"], first = [], None
    for index, (granularity, levels) in enumerate(candidates):
        params, shapes = model.candidate(databases[granularity], levels)
        first = first or (params, shapes)
        with torch.no_grad():
            own_logits = model.forward(params, shapes, ids["batch_ids"])
        kl = (dense_log.exp() * (dense_log - torch.log_softmax(own_logits, -1))).sum(-1)
        ce = cross_entropy(own_logits, ids["batch_ids"]).item()
        tensors[f"candidate.{index}/kl_tokens"] = kl.double()
        if index == 0:
            tensors["candidate.0/logits"] = own_logits
        described = [{"q": q, "kv": kv, "channels": len(channels)} for q, kv, channels in shapes]
        numbers = {"prunable_params": count(shapes), "total_params": outside + count(shapes), "shapes": described}
        losses = {"kl": kl[:, :-1].mean().item(), "ce": ce, "ppl": numpy.exp(ce).item()}
        out["candidates"].append({"index": index, "granularity": granularity, "levels": levels, **numbers, **losses})

    _, candidate_grads = model.loss_and_gradients(*first, ids["batch_ids"])
    norms = [f"model.layers.{layer}.{kind}_layernorm.weight" for layer in range(model.layers) for kind in ("input", "post_attention")]
    out["no_gradient"] = {"dense": [], "candidate.0": [name for name in norms if name not in candidate_grads]}
    out["losses"] = {}
    for variant, weight_decay in WEIGHT_DECAY.items():
        start = (model.params, model.dense_shapes) if variant == "dense" else first
        trained, out["losses"][variant] = model.train(*start, ids["step_ids"], weight_decay)
        tensors |= {f"adamw/{variant}/{name}": value for name, value in trained.items()}
    given = {name: value.to(model.dtype) for name, value in (gradient or grads).items()}
    fixed, _ = model.train(model.params, None, ids["step_ids"], 0.1, fixed=given)
    for prefix, values in (("grad/dense", grads), ("grad/candidate.0", candidate_grads), ("adamw_fixed/dense", fixed)):
        tensors |= {f"{prefix}/{name}": value for name, value in values.items()}
    starts = {"dense": model.params, "candidate.0": first[0], "candidate.0.wd": first[0]}
    return out | {"ppl": numpy.exp(out["ce"]).item()}, tensors, starts


def golden_of(config, weights, ids, granularities, candidates):
    """golden.json but for the name and seed, and the tensors of golden.safetensors as float64."""
    model = Model(config, weights, torch.float64)
    out, tensors, starts = compute(model, ids, granularities, candidates)
    rounded = Model(config, weights, torch.float32)
    hessians = {name[2:]: value for name, value in tensors.items() if name.startswith("H/")}
    gradient = {name.removeprefix("grad/dense/"): value for name, value in tensors.items() if name.startswith("grad/dense/")}
    observed = {}
    for origin, given in (("from_golden_H", hessians), ("end_to_end", None)):
        again = compute(rounded, ids, granularities, candidates, given, gradient)
        observed[origin] = observed_differences((out, tensors), again[:2], starts)
    with torch.no_grad():
        own = model.forward(model.params, model.dense_shapes, ids["batch_ids"])
    loss, grads = model.loss_and_gradients(model.params, model.dense_shapes, ids["batch_ids"])
    relative = lambda name: (grads[name] - tensors[f"grad/dense/{name}"]).norm() / tensors[f"grad/dense/{name}"].norm()
    margins = [module["min_margin"] for modules in out["database"].values() for module in modules]
    checks = {
        "against_transformers": {
            "logits_max_abs": (own - tensors["logits"]).abs().max().item(),
            "loss_abs": abs(loss - out["ce"]),
            "grad_rel_l2": max(relative(name).item() for name in grads),
            "adamw_vs_torch_max_abs": stock_adamw_difference(model, ids["step_ids"]),
        },
        "greedy_vs_closed_form_rel": max(closed_form_difference(model, hessians, g, K, DAMPING) for g in granularities),
        "min_margin": min(margin for margin in margins if margin is not None),
    }
    biased = lambda name: f"model.layers.0.{name}.bias" in weights
    c = model.hf.config
    dims = {
        "hidden": c.hidden_size, "layers": model.layers, "heads": model.heads, "kv_heads": model.kv, "head_dim": model.head_dim,
        "intermediate": model.channels, "vocab": c.vocab_size, "tied": "lm_head.weight" not in weights,
        "qkv_bias": biased("self_attn.q_proj"), "o_bias": biased("self_attn.o_proj"), "mlp_bias": biased("mlp.down_proj"),
        "qk_norm": "model.layers.0.self_attn.q_norm.weight" in weights, "rms_eps": model.eps, "rope_theta": c.rope_parameters["rope_theta"],
        "rope_scaling": {key: value for key, value in c.rope_parameters.items() if key != "rope_theta"},
        "windows": model.windows,
    }
    adamw = {
        "lr": LR, "beta1": BETA1, "beta2": BETA2, "eps": EPS, "steps": len(ids["step_ids"]), "sequences_per_step": 1,
        "fixed_gradient": {"tensors": "adamw_fixed/dense", "gradient": "grad/dense", "weight_decay": 0.1, "tolerance_max_abs": 1e-6},
        "weight_decay": WEIGHT_DECAY, "losses": out["losses"],
    }
    versions = {module.__name__: module.__version__.split("+")[0] for module in (torch, transformers, safetensors, numpy)}
    golden = {"family": config["model_type"], "versions": versions, "dims": dims, "sequence": ids["batch_ids"].shape[1], "K": K, "damping": DAMPING}
    golden |= {"granularities": granularities, "adamw": adamw, **{key: value for key, value in out.items() if key != "losses"}}
    golden |= {"tolerances": tolerances_of(observed), "observed_float32": observed, "safety_factor": 20.0, "checks": checks, "notes": NOTES}
    return golden, tensors


def make(out, name):
    folder = FOLDERS[name]
    config, weights, ids = draw_model(folder)
    golden, tensors = golden_of(config, weights, ids, folder["granularities"], folder["candidates"])
    path = Path(out) / name
    path.mkdir(parents=True, exist_ok=True)
    (path / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    (path / "golden.json").write_text(json.dumps({"name": name, "seed": folder["seed"], **golden}, indent=1, allow_nan=False) + "\n")
    save_file(weights, path / "model.safetensors", metadata={"format": "pt"})
    wide = lambda key: key.startswith("H/") or key.endswith(("/scores", "/kl_tokens"))
    stored = {key: (value.float() if value.is_floating_point() and not wide(key) else value) for key, value in tensors.items()}
    stored |= {key: value.int() for key, value in ids.items()}
    save_file({key: value.contiguous().clone() for key, value in sorted(stored.items())}, path / "golden.safetensors")
    size = sum(file.stat().st_size for file in path.iterdir())
    margin, tolerances = golden["checks"]["min_margin"], golden["tolerances"]
    print(f"{name}: {size >> 10} KB, min_margin {margin:.2e}, {golden['checks']['against_transformers']}")
    print("  observed", {key: f"{max(o[key] for o in golden['observed_float32'].values()):.1e}/{value:g}" for key, value in tolerances.items()})


def check(path):
    stored, tensors = json.loads((path / "golden.json").read_text()), load_file(path / "golden.safetensors")
    ids = {key: tensors.pop(key).long() for key in ("calib_ids", "batch_ids", "step_ids")}
    weights = load_file(path / "model.safetensors")
    config = json.loads((path / "config.json").read_text())
    candidates = [(candidate["granularity"], candidate["levels"]) for candidate in stored["candidates"]]
    golden, computed = golden_of(config, weights, ids, stored["granularities"], candidates)
    for key, value in stored["tolerances"].items():
        if golden["tolerances"][key] != value:
            print(f"  {key}: stored tolerance {value:g}, here {golden['tolerances'][key]:g}")
    return print_comparison(path, compare(stored, tensors, golden, computed, weights))


def rank_seeds(name, count):
    """Seeds by their margin, the best of them with the tolerances that exceed the floors."""
    margins = []
    for seed in range(int(count)):
        config, weights, ids = draw_model(FOLDERS[name] | {"seed": seed})
        model = Model(config, weights, torch.float64)
        hessians = hessians_of(model.transformers_run(ids["calib_ids"])[1])
        databases = [build_database(model, hessians, granularity, K, DAMPING) for granularity in FOLDERS[name]["granularities"]]
        margins.append((min(module.margin for database in databases for module in database), seed))
    for margin, seed in sorted(margins, reverse=True)[:12]:
        try:
            golden, _ = golden_of(*draw_model(FOLDERS[name] | {"seed": seed}), FOLDERS[name]["granularities"], FOLDERS[name]["candidates"])
            loose = {key: value for key, value in golden["tolerances"].items() if value > FLOORS[key]}
        except AssertionError as error:
            loose = error
        print(f"{name} seed {seed}: margin {margin:.2e}, above the floors: {loose or 'none'}", flush=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--check", *paths] if paths:
            sys.exit(0 if all([check(Path(path)) for path in paths]) else 1)
        case ["--seeds", name, count]:
            rank_seeds(name, count)
        case [out, *names] if not out.startswith("-"):
            for name in names or FOLDERS:
                make(out, name)
        case _:
            sys.exit(__doc__)
