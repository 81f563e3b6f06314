/** The part of Trusted Types that is needed; TypeScript does not know them. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): { createScriptURL(address: string): string };
}

/** `address` itself. Throws a TypeError where it leads to another site. */
export function sameOrigin(address: string): string {
  if (new URL(address, location.href).origin !== location.origin) throw new TypeError(`Code comes from this site only, not from ${address}`);
  return address;
}

const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
// The only policy that the page's Content-Security-Policy allows (scripts/security.ts).
const policy = trustedTypes?.createPolicy('same-origin', { createScriptURL: sameOrigin });

/**
 * An address of this site that may be run as a worker: where the browser has Trusted Types, an object that stands for it, which its
 * types take for text. Throws a TypeError where it leads to another site.
 */
export function trustedAddress(address: string): string {
  return policy ? policy.createScriptURL(address) : sameOrigin(address);
}
