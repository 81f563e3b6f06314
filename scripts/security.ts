import type { HtmlTagDescriptor, Plugin } from 'vite';

type Policy = Readonly<Record<string, string>>;

const text = (policy: Policy): string => Object.entries(policy).map(([directive, sources]) => `${directive} ${sources}`).join('; ');

/** What documents and workers have in common: code and everything else from the site alone, nothing inline, no eval but WebAssembly. */
const SITE: Policy = {
  'default-src': "'none'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'worker-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data: blob:", // charts are drawn from text before they are saved as pictures
  'font-src': "'self'",
  'manifest-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
};

/** Of a document, in the document, so that it holds on every host. Models are fetched by the worker: the page itself asks its own site alone. */
const PAGE = text({
  ...SITE,
  'connect-src': "'self'",
  'require-trusted-types-for': "'script'",
  'trusted-types': 'same-origin', // src/worker/trusted-address.ts
});

/**
 * Of every file, for hosts that can send headers, and from the service worker where they cannot. A worker obeys the policy that came with
 * its script; the reader may choose any Hub or folder, so it may ask any address. `blob:` is onnxruntime's program once it was checked.
 */
export const SECURITY_HEADERS = {
  'Content-Security-Policy': text({ ...SITE, 'connect-src': "'self' blob: https: http:", 'frame-ancestors': "'none'" }),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
} as const;

/** Writes the policy into every page of the build, before all that it governs. The development server needs scripts in the page, and has none. */
export function contentSecurity(): Plugin {
  const policy: HtmlTagDescriptor = { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: PAGE }, injectTo: 'head-prepend' };
  return { name: 'content-security', apply: 'build', transformIndexHtml: { order: 'post', handler: () => [policy] } };
}
