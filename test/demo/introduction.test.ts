import { expect, it } from 'vitest';
import { introduction } from '../../examples/demo/introduction.ts';
import { fullScript } from '../../examples/demo/script.ts';

it('says what is compared with what', () => {
  expect(introduction(fullScript)).toBe(
    [
      'Two clients make 50 calls a second each, to one HTTP service that is killed, hung and slowed.',
      'Without a breaker a call gives up after 3.00 s; with the breaker after its timeoutMs, 600 ms.',
      'Other options than the defaults: a window of 40 calls, slow above 350 ms at a rate of 0.5, recovery after 600 ms.',
    ].join('\n'),
  );
});
