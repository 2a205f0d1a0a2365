// @ts-check
import { adaptiveConcurrency, cusum, UnifiedCircuitBreaker } from 'unified-circuit-breaker';

import { interleave } from '../measure.mjs';
import { keepTimersWarm, timeColumns } from './case.mjs';

const work = async () => 1;

/** @param {object} options */
const breakerWith = (options) => new UnifiedCircuitBreaker({ name: 'orders', ...options });

/** @param {UnifiedCircuitBreaker} breaker */
const calls = (breaker) => async (/** @type {number} */ times) => {
  for (let i = 0; i < times; i += 1) await breaker.call(work);
};

/** @type {import('./case.mjs').Case} */
export const adaptiveCase = {
  id: 'adaptive',
  title: 'What adapts, on success',
  about: 'Successful calls with default options, and with each thing that adapts switched on beside them.',
  columns: timeColumns.map((column) => ({ ...column, title: column.title.replace('bare', 'default') })),
  async run({ effort, onProgress }) {
    keepTimersWarm();
    return interleave(
      { name: 'default', run: calls(breakerWith({})) },
      [
        { name: 'default again', run: calls(breakerWith({})) },
        { name: 'detector: cusum()', run: calls(breakerWith({ detector: cusum() })) },
        { name: 'adaptiveThreshold', run: calls(breakerWith({ adaptiveThreshold: true })) },
        {
          name: 'cusum and adaptiveThreshold',
          run: calls(breakerWith({ detector: cusum(), adaptiveThreshold: true })),
        },
        { name: 'maxConcurrent: 100', run: calls(breakerWith({ maxConcurrent: 100 })) },
        {
          name: 'maxConcurrent: adaptiveConcurrency()',
          run: calls(breakerWith({ maxConcurrent: adaptiveConcurrency({ ceiling: 100 }) })),
        },
      ],
      effort,
      onProgress,
    );
  },
};
