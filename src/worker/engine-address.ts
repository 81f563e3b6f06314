// oxlint-disable-next-line import/default -- the build makes the worker's file, and this its address
import address from './engine.worker.ts?worker&url';
import { trustedAddress } from './trusted-address.ts';

/** What the engine's worker is started with. */
export const engineAddress = (): string => trustedAddress(address);
