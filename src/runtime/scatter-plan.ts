export interface ScatterPlan {
  /** For each touched row `(row, start, end)`, then value indices grouped by row; start and end point into this array. */
  readonly plan: Uint32Array<ArrayBuffer>;
  /** How many different rows there are. */
  readonly touched: number;
}

/** Groups equal rows, keeping the order of their values; the layout that the scatter-add kernel reads. */
export function scatterPlan(rows: Int32Array): ScatterPlan {
  const groups = new Map<number, number[]>();
  rows.forEach((row, index) => {
    const group = groups.get(row);
    if (group === undefined) groups.set(row, [index]);
    else group.push(index);
  });
  const plan = new Uint32Array(3 * groups.size + rows.length);
  let entry = 0;
  let position = 3 * groups.size;
  for (const [row, indices] of groups) {
    plan.set([row, position, position + indices.length], entry);
    plan.set(indices, position);
    entry += 3;
    position += indices.length;
  }
  return { plan, touched: groups.size };
}
