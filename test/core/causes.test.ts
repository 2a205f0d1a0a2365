import { describe, expect, it } from 'vitest';
import { alongCauses } from '../../src/core/error-filter.ts';

/** `depth` errors around `{ mark: 0 }`, each with its own mark. */
function chain(depth: number): unknown {
  return depth === 0 ? { mark: 0 } : Object.assign(new Error('outer', { cause: chain(depth - 1) }), { mark: depth });
}

const markOf = (error: unknown): unknown => (error as { mark: unknown }).mark;

describe('alongCauses', () => {
  it('asks the error itself first, and no further than the first yes', () => {
    const asked: unknown[] = [];

    const found = alongCauses((error) => asked.push(markOf(error)) === 2)(chain(4));

    expect([found, asked]).toEqual([true, [4, 3]]);
  });

  it.each([[5, true], [6, false]])('of a chain of %i causes finds the last: %s', (depth, expected) => {
    expect(alongCauses((error) => markOf(error) === 0)(chain(depth))).toBe(expected);
  });

  it.each([['undefined', undefined], ['null', null]])('asks nothing of %s', (_title, error) => {
    expect(alongCauses(() => true)(error)).toBe(false);
  });

  it('ends at a cause that cannot be read', () => {
    const trap = { get cause(): unknown { throw new Error('trap'); } };
    let asked = 0;

    const found = alongCauses(() => { asked += 1; return false; })(trap);

    expect([found, asked]).toEqual([false, 1]);
  });
});
