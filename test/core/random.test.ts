import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemRandom } from '../../src/core/random.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('systemRandom', () => {
  it('draws from the platform, each time anew', () => {
    vi.spyOn(Math, 'random').mockReturnValueOnce(0.25).mockReturnValueOnce(0.75);

    const draws = [systemRandom(), systemRandom()];

    expect(draws).toEqual([0.25, 0.75]);
  });
});
