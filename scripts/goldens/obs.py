"""Structured optimal brain surgeon and level databases, as fixtures/goldens/README.md defines them."""

import torch


def levels_of(structures, steps):
    """Removed count of each level, and the nominal levels that it stands for: halves are rounded up, equal counts are one level."""
    table = {}
    for nominal in range(steps + 1):
        table.setdefault((2 * nominal * structures + steps) // (2 * steps), []).append(nominal)
    return list(table.items())


def prepare(hessian, weight, damping):
    """Dead inputs first (diagonal 1, column of the weight 0), then damping by a share of the diagonal's mean."""
    hessian, weight = hessian.clone(), weight.clone()
    dead = hessian.diagonal() == 0
    hessian.diagonal()[dead] = 1
    weight[:, dead] = 0
    hessian.diagonal().add_(damping * hessian.diagonal().mean())
    return hessian, weight, dead


def prune(hessian, weight, size):
    """Removes structures of `size` columns one at a time: order, scores, the weight after each removal, and the least margin."""
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(hessian))
    weight, structures = weight.clone(), weight.shape[1] // size
    left, order, scores, weights, margins = list(range(structures)), [], [], [weight.clone()], []
    while left:
        columns = {index: slice(index * size, (index + 1) * size) for index in left}
        solved = {index: torch.linalg.solve(inverse[s, s], weight[:, s].T) for index, s in columns.items()}  # [size, d]
        every = torch.stack([(weight[:, columns[index]].T * solved[index]).sum() for index in left])
        best = int(every.argmin())
        chosen, score = left[best], every[best].item()
        if len(left) > 1 and score > 0:
            others = torch.cat((every[:best], every[best + 1 :]))
            margins.append((others.min().item() - score) / score)
        s = columns[chosen]
        weight -= solved[chosen].T @ inverse[s, :]
        inverse -= inverse[:, s] @ torch.linalg.solve(inverse[s, s], inverse[s, :])
        weight[:, s] = 0
        inverse[s, :] = 0
        inverse[:, s] = 0
        left.pop(best)
        order.append(chosen)
        scores.append(score)
        weights.append(weight.clone())
    return order, scores, weights, min(margins, default=float("inf"))


def module_parameters(model, layer, queries, keys, channels):
    """Parameters of the attention and MLP of one layer that keep these heads and channels."""
    p, hd, stem = model.params, model.head_dim, f"model.layers.{layer}"
    width = p["model.norm.weight"].numel()
    total = 0
    if queries:
        for name, rows, columns in (("q", len(queries) * hd, width), ("k", len(keys) * hd, width), ("v", len(keys) * hd, width), ("o", width, len(queries) * hd)):
            total += rows * columns + (rows if f"{stem}.self_attn.{name}_proj.bias" in p else 0)
        total += 2 * hd if f"{stem}.self_attn.q_norm.weight" in p else 0
    if channels:
        for name, rows, columns in (("gate", len(channels), width), ("up", len(channels), width), ("down", width, len(channels))):
            total += rows * columns + (rows if f"{stem}.mlp.{name}_proj.bias" in p else 0)
    return total


class Module:
    """The levels of one output projection."""

    def __init__(self, model, layer, kind, hessian, granularity, steps, damping):
        self.kind = kind
        self.name = f"model.layers.{layer}.{'self_attn.o_proj' if kind == 'attn' else 'mlp.down_proj'}"
        self.tag = f"obs/{granularity if kind == 'attn' else 'mlp'}/{self.name}"
        group = model.heads // model.kv
        per_group = kind == "attn" and granularity == "kv-group"
        self.size = 1 if kind == "mlp" else model.head_dim * (group if per_group else 1)
        dense = model.params[f"{self.name}.weight"]
        self.hessian, self.start, _ = prepare(hessian, dense, damping)
        self.order, self.scores, after, self.margin = prune(self.hessian, self.start, self.size)
        self.structures = len(self.order)
        self.levels, self.kept, self.heads, self.weights, self.columns = [], [], [], [], []
        for level, (removed, nominal) in enumerate(levels_of(self.structures, steps)):
            kept = sorted(self.order[removed:])
            columns = [index * self.size + offset for index in kept for offset in range(self.size)]
            queries = [index * group + query for index in kept for query in range(group)] if per_group else kept
            keys = sorted({query // group for query in queries})
            heads = (queries, keys) if kind == "attn" else None
            params = module_parameters(model, layer, *(heads + ([],) if heads else ([], [], kept)))
            self.levels.append({
                "level": level, "nominal": nominal, "removed": removed, "kept": len(kept),
                "query_heads": len(queries) if heads else None, "kv_heads": len(keys) if heads else None,
                "params": params, "loss": sum(self.scores[:removed]) / 2,
            })  # fmt: skip
            self.kept.append(kept)
            self.heads.append(heads)
            self.columns.append(columns)
            self.weights.append(dense if removed == 0 else after[removed][:, columns])

    def table(self):
        margin = None if self.margin == float("inf") else self.margin
        return {
            "module": self.name, "kind": self.kind, "tensors": self.tag, "structures": self.structures, "fallbacks": 0,
            "min_margin": margin, "levels": self.levels,
        }  # fmt: skip

    def tensors(self):
        found = {f"{self.tag}/order": torch.tensor(self.order, dtype=torch.int32), f"{self.tag}/scores": torch.tensor(self.scores, dtype=torch.float64)}
        for level, kept in enumerate(self.kept):
            found[f"{self.tag}/level.{level}/kept"] = torch.tensor(kept, dtype=torch.int32)
            if level > 0 and kept:
                found[f"{self.tag}/level.{level}/weight"] = self.weights[level]
        return found


def build_database(model, hessians, granularity, steps, damping):
    """The levels of every module: layer 0 attention, layer 0 MLP, layer 1 attention, ..."""
    ends = (("attn", "self_attn.o_proj"), ("mlp", "mlp.down_proj"))
    return [
        Module(model, layer, kind, hessians[f"model.layers.{layer}.{end}"], granularity, steps, damping)
        for layer in range(model.layers)
        for kind, end in ends
    ]


def closed_form_difference(model, hessians, granularity, steps, damping):
    """Largest relative difference between the weights after greedy removals and the least-squares ones: W H_:,R (H_RR)^-1."""
    worst = 0.0
    for module in build_database(model, hessians, granularity, steps, damping):
        for level, columns in enumerate(module.columns):
            if level > 0 and columns:
                direct = torch.linalg.solve(module.hessian[columns][:, columns], (module.start @ module.hessian[:, columns]).T).T
                worst = max(worst, ((module.weights[level] - direct).norm() / direct.norm()).item())
    return worst
