import { describe, expect, it } from 'vitest';
import { Scope } from './scope.ts';

describe('Scope', () => {
  it('frees in reverse order, once, whatever fails', async () => {
    const freed: string[] = [];
    const scope = new Scope();
    scope.own({ [Symbol.dispose]: () => void freed.push('first') });
    scope.own({
      [Symbol.dispose]: () => {
        throw new Error('broken');
      },
    });
    scope.own({ [Symbol.asyncDispose]: async () => void freed.push('last') });
    await expect(scope[Symbol.asyncDispose]()).rejects.toThrow(AggregateError);
    await scope[Symbol.asyncDispose]();
    expect(freed).toEqual(['last', 'first']);
  });

  it('frees at the end of an `await using` block', async () => {
    let freed = 0;
    {
      await using scope = new Scope();
      scope.own({ [Symbol.dispose]: () => freed++ });
    }
    expect(freed).toBe(1);
  });
});
