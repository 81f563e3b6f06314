import { sha256 as digestOf } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** SHA-256 of bytes, as 64 hexadecimal digits. By a library: `crypto.subtle` is missing on pages served over plain http. */
export function sha256(bytes: Uint8Array): string {
  return bytesToHex(digestOf(bytes));
}
