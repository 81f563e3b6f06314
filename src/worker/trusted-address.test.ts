import { afterEach, beforeEach, expect, it, vi } from 'vitest';

beforeEach(() => vi.stubGlobal('location', new URL('https://host.example/some/where/?x=1')));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

const foreign = ['https://elsewhere.example/w.js', 'http://host.example/w.js', '//elsewhere.example/w.js', 'data:text/javascript,1', 'blob:https://elsewhere.example/1', 'javascript:1'];

it('lets scripts of this site pass, and no others, where the browser has no Trusted Types', async () => {
  const { trustedAddress } = await import('./trusted-address.ts');
  for (const own of ['./sw.js', '/other/w.js', 'https://host.example/w.js']) expect(trustedAddress(own)).toBe(own);
  for (const address of foreign) expect(() => trustedAddress(address)).toThrow(TypeError);
});

it('makes them in one policy, by the same rule, where it has', async () => {
  const made: string[] = [];
  vi.stubGlobal('trustedTypes', {
    createPolicy: (name: string, rules: { createScriptURL(address: string): string }) => {
      made.push(name);
      return { createScriptURL: (address: string) => ({ trusted: rules.createScriptURL(address) }) };
    },
  });
  const { trustedAddress } = await import('./trusted-address.ts');
  expect(trustedAddress('./sw.js')).toEqual({ trusted: './sw.js' });
  for (const address of foreign) expect(() => trustedAddress(address)).toThrow(TypeError);
  expect(made).toEqual(['same-origin']);
});
