// @ts-check
import { circuitBreaker, UnifiedCircuitBreaker, withBreaker } from 'unified-circuit-breaker';

import { interleave } from '../measure.mjs';
import { keepTimersWarm, timeColumns } from './case.mjs';

const order = { id: '42' };
/** @param {string} _id */
const getOrder = async (_id) => order;

/** @type {readonly import('./case.mjs').Case[]} */
export const facadeCases = [
  { options: { timeoutMs: null, trackLatency: false }, id: 'facades-lean', title: 'Facades, lean' },
  { options: {}, id: 'facades-default', title: 'Facades, default options' },
].map(({ options, id, title }) => ({
  id,
  title,
  about:
    'One function called through `breaker.call(() => getOrder(id))`, through `withBreaker` and through a ' +
    'decorated method.',
  columns: timeColumns.map((column) => ({ ...column, title: column.title.replace('bare', 'call') })),
  async run({ effort, onProgress }) {
    keepTimersWarm();
    const breaker = new UnifiedCircuitBreaker({ name: 'orders', ...options });
    const wrapped = withBreaker(getOrder, new UnifiedCircuitBreaker({ name: 'orders', ...options }));
    const get = circuitBreaker(new UnifiedCircuitBreaker({ name: 'orders', ...options }))(
      getOrder,
      /** @type {any} */ ({ kind: 'method', name: 'get' }),
    );
    const orders = { get };
    return interleave(
      {
        name: 'breaker.call',
        run: async (times) => {
          for (let i = 0; i < times; i += 1) await breaker.call(() => getOrder('42'));
        },
      },
      [
        {
          name: 'withBreaker',
          run: async (times) => {
            for (let i = 0; i < times; i += 1) await wrapped('42');
          },
        },
        {
          name: 'decorator',
          run: async (times) => {
            for (let i = 0; i < times; i += 1) await orders.get('42');
          },
        },
      ],
      effort,
      onProgress,
    );
  },
}));
