import { describe, expect, it } from 'vitest';
import { firstAlongCauses } from '../../src/core/causes.ts';

/** `depth` errors around `{ mark: depth }`, each with its own mark. */
function chain(depth: number): unknown {
  return depth === 0 ? { mark: 0 } : Object.assign(new Error('outer', { cause: chain(depth - 1) }), { mark: depth });
}

const marked = (wanted: number) => (error: unknown): string | undefined => ((error as { mark: number }).mark === wanted ? `found ${wanted}` : undefined);

describe('firstAlongCauses', () => {
  it('asks the error itself first', () => {
    expect(firstAlongCauses(chain(2), (error) => (error as { mark: number }).mark)).toBe(2);
  });

  it('follows five causes', () => {
    expect(firstAlongCauses(chain(5), marked(0))).toBe('found 0');
  });

  it('does not follow a sixth', () => {
    expect(firstAlongCauses(chain(6), marked(0))).toBeUndefined();
  });

  it.each([['undefined', undefined], ['null', null], ['a text', 'boom']])('says nothing of %s of which nothing is found', (_title, error) => {
    expect(firstAlongCauses(error, () => undefined)).toBeUndefined();
  });

  it('takes false and 0 for an answer', () => {
    expect([firstAlongCauses(chain(1), () => false), firstAlongCauses(chain(1), () => 0)]).toEqual([false, 0]);
  });

  it('ends at a cause that cannot be read', () => {
    const trap = { get cause(): unknown { throw new Error('trap'); } };
    let asked = 0;

    const found = firstAlongCauses(trap, () => void (asked += 1));

    expect([found, asked]).toEqual([undefined, 1]);
  });
});
