/** AdamW in place, one element per invocation; the oracle is `adamw.ts`. Lengths come from the bound sizes. */
export const ADAMW_WGSL = /* wgsl */ `
struct Settings {
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  decay: f32,
  step_size: f32,
  second_correction: f32,
}

@group(0) @binding(0) var<uniform> settings: Settings;
@group(0) @binding(1) var<storage, read_write> parameter: array<f32>;
@group(0) @binding(2) var<storage, read> gradient: array<f32>;
@group(0) @binding(3) var<storage, read_write> first_moment: array<f32>;
@group(0) @binding(4) var<storage, read_write> second_moment: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 256u + id.x;
  if (index >= arrayLength(&parameter)) { return; }
  let slope = gradient[index];
  let first = settings.beta1 * first_moment[index] + (1.0 - settings.beta1) * slope;
  let second = settings.beta2 * second_moment[index] + (1.0 - settings.beta2) * slope * slope;
  first_moment[index] = first;
  second_moment[index] = second;
  let denominator = sqrt(second * settings.second_correction) + settings.epsilon;
  parameter[index] = parameter[index] * settings.decay - settings.step_size * first / denominator;
}
`;
