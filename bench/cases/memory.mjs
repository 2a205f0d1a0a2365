// @ts-check
import { handWritten, libraries, ours } from '../libraries/index.mjs';
import { jsonFrom } from './child.mjs';

const semiSpaceFlags = ['--min-semi-space-size=64', '--max-semi-space-size=64'];

/** @type {import('./case.mjs').Case} */
export const memoryCase = {
  id: 'memory',
  title: 'Memory',
  about:
    'Each library in a process of its own: heap and external memory of 10,000 breakers (2,000 of the slower ' +
    'libraries) after a full collection, fresh, after 120 successful calls each, and after 120 more of which ' +
    'one in ten failed; then what one awaited successful call allocates, operation included. Timers that are ' +
    'still armed count.',
  columns: [
    { figure: 'fresh', title: 'bytes per breaker, fresh', digits: 0 },
    { figure: 'used', title: 'used', digits: 0 },
    { figure: 'usedWithFailures', title: 'used, with failures', digits: 0 },
    { figure: 'allocated', title: 'bytes allocated per call', digits: 0 },
  ],
  async run({ quick, onProgress }) {
    const bare = await jsonFrom('memory-child.mjs', ['bare call'], semiSpaceFlags);
    const rows = [{ name: 'bare call', figures: { fresh: null, used: null, usedWithFailures: null, ...bare } }];
    for (const [index, { name }] of libraries.entries()) {
      const measured = ['lean', 'default'].map(async (options) => ({
        name: `${name}, ${options}`,
        figures: await jsonFrom('memory-child.mjs', [name, options, breakersOf(name, quick)], semiSpaceFlags),
      }));
      rows.push(...(await Promise.all(measured)));
      onProgress((index + 1) / libraries.length);
    }
    return rows;
  },
};

/**
 * Enough that what is not a breaker weighs nothing; fewer of the libraries that need seconds to make all the calls.
 *
 * @param {string} name
 * @param {boolean} quick
 */
function breakersOf(name, quick) {
  const isFast = name === ours.name || name === handWritten.name;
  if (isFast) return quick ? '2000' : '10000';
  return quick ? '200' : '2000';
}
