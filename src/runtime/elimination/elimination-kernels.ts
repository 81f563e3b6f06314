import { ComputeKernel } from '../compute-kernel.ts';
import { ADD_PRODUCT_WGSL } from './add-product.wgsl.ts';
import { CHOOSE_WGSL } from './choose.wgsl.ts';
import { FOLLOW_WGSL } from './follow.wgsl.ts';
import { MEASURE_WGSL } from './measure.wgsl.ts';
import { RENUMBER_WGSL } from './renumber.wgsl.ts';
import { SYMMETRIC_PRODUCT_WGSL } from './symmetric-product.wgsl.ts';

/** The kernels of an elimination; each file says what its own does. */
export interface EliminationKernels {
  readonly measure: ComputeKernel;
  readonly choose: ComputeKernel;
  readonly follow: ComputeKernel;
  readonly renumber: ComputeKernel;
  readonly addProduct: ComputeKernel;
  readonly symmetricProduct: ComputeKernel;
}

export async function compileEliminationKernels(device: GPUDevice): Promise<EliminationKernels> {
  const [measure, choose, follow, renumber, addProduct, symmetricProduct] = await Promise.all([
    ComputeKernel.create(device, 'elimination: measure', MEASURE_WGSL),
    ComputeKernel.create(device, 'elimination: choose', CHOOSE_WGSL),
    ComputeKernel.create(device, 'elimination: follow', FOLLOW_WGSL),
    ComputeKernel.create(device, 'elimination: renumber', RENUMBER_WGSL),
    ComputeKernel.create(device, 'elimination: add product', ADD_PRODUCT_WGSL),
    ComputeKernel.create(device, 'elimination: symmetric product', SYMMETRIC_PRODUCT_WGSL),
  ]);
  return { measure, choose, follow, renumber, addProduct, symmetricProduct };
}
