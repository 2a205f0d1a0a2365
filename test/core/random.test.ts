import { expect, it, vi } from 'vitest';
import { systemRandom } from '../../src/core/random.ts';

it('systemRandom draws from the platform each time', () => {
  const random = vi.spyOn(Math, 'random').mockReturnValueOnce(0.25).mockReturnValueOnce(0.75);

  const draws = [systemRandom(), systemRandom()];
  random.mockRestore();

  expect(draws).toEqual([0.25, 0.75]);
});
