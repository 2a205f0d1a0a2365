import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';

const consumer = inject('consumer');
const second = join(consumer, 'other', 'node_modules', 'unified-circuit-breaker');
const major = join(consumer, 'major', 'node_modules', 'unified-circuit-breaker');

/** What a program prints as JSON. */
function printedBy(program: string): unknown {
  const path = join(consumer, `one-manager-${Math.abs(hashOf(program))}.mjs`);
  writeFileSync(path, program);
  return JSON.parse(execFileSync(process.execPath, ['--no-warnings', path], { encoding: 'utf8' }));
}

const hashOf = (text: string): number => [...text].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) | 0, 0);

beforeAll(() => {
  for (const copy of [second, major]) {
    mkdirSync(copy, { recursive: true });
    cpSync(join(consumer, 'node_modules', 'unified-circuit-breaker'), copy, { recursive: true });
  }
  for (const name of readdirSync(join(major, 'dist')).filter((each) => /\.c?js$/.test(each))) {
    const path = join(major, 'dist', name);
    const source = readFileSync(path, 'utf8');
    writeFileSync(path, source.replace(/VERSION = "[^"]*"/, 'VERSION = "77.0.0"'));
  }
});

const load = `
import { createRequire } from 'node:module';
import * as esm from 'unified-circuit-breaker';
const require = createRequire(import.meta.url);
const required = require('unified-circuit-breaker');
const cjs = require('./node_modules/unified-circuit-breaker/dist/index.cjs');
const other = await import('./other/node_modules/unified-circuit-breaker/dist/index.js');
const otherCjs = require('./other/node_modules/unified-circuit-breaker/dist/index.cjs');
const copies = [esm, required, cjs, other, otherCjs];
`;

describe('the manager of the process', () => {
  it('is one for the package as ES module, as CommonJS, and for a second installed copy', () => {
    const printed = printedBy(`${load}
      const managers = copies.map((copy) => copy.getUnifiedCircuitBreakerManager());
      const classes = new Set(copies.map((copy) => copy.UnifiedCircuitBreakerManager));
      console.log(JSON.stringify({ classes: classes.size, managers: new Set(managers).size }));
    `);

    expect(printed).toEqual({ classes: expect.any(Number) as number, managers: 1 });
    expect((printed as { readonly classes: number }).classes).toBeGreaterThan(2);
  });

  it('serves every copy: names, conflicts, facades, errors and events', () => {
    const printed = printedBy(`${load}
      const events = [];
      esm.getUnifiedCircuitBreakerManager().on('stateChange', ({ name, to }) => events.push(name + ' ' + to));
      const get = other.withBreaker(async () => { throw new Error('down'); }, { name: 'orders', failureThreshold: 2 });
      const again = cjs.withBreaker(async () => 'fine', { name: 'orders' });
      await get().catch(() => {});
      await get().catch(() => {});
      const error = await again().catch((reason) => reason);
      const own = otherCjs.withBreaker(async function list() { return 1; });
      console.log(JSON.stringify({
        shared: get.breaker === again.breaker,
        events,
        guarded: copies.every((copy) => copy.isCircuitBreakerOpenError(error)),
        size: esm.getUnifiedCircuitBreakerManager().size,
        given: await esm.withBreaker(async () => 5, own.breaker)(),
      }));
    `);

    expect(printed).toEqual({ shared: true, events: ['orders open'], guarded: true, size: 1, given: 5 });
  });

  it('is not shared with another major version, which says so', () => {
    const printed = printedBy(`
      import { getUnifiedCircuitBreakerManager } from 'unified-circuit-breaker';
      const other = await import('./major/node_modules/unified-circuit-breaker/dist/index.js');
      getUnifiedCircuitBreakerManager();
      try { other.getUnifiedCircuitBreakerManager(); } catch (error) { console.log(JSON.stringify(error.message)); }
    `);

    expect(String(printed).replace(/version \d+\.\d+\.\d+,/, 'version N,')).toBe(
      "unified-circuit-breaker 77.0.0 can't share breakers with version N, which is loaded in the same process. "
        + 'Install one major version.',
    );
  });
});
