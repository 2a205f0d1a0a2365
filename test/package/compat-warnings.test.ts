import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, inject, it } from 'vitest';

const run = promisify(execFile);
const program = join(inject('consumer'), 'legacy.mjs');

/** Uses two legacy names twice each, in the ES module and in the CommonJS copy. */
beforeAll(() =>
  writeFileSync(
    program,
    `import { createRequire } from 'node:module';
import * as esm from 'unified-circuit-breaker/compat/core';
const cjs = createRequire(import.meta.url)('./node_modules/unified-circuit-breaker/dist/compat/core.cjs');
for (const { CircuitBreaker, CircuitConfig } of [esm, cjs, esm]) {
  new CircuitBreaker({ name: 'orders' });
  new CircuitBreaker(new CircuitConfig({ name: 'orders' }));
}
console.log(esm.CircuitBreaker === cjs.CircuitBreaker ? 'one copy' : 'two copies');
`,
  ),
);

/** What Node prints to the standard error, line by line, about legacy names. */
async function warningsWith(args: readonly string[], extra: object = {}): Promise<readonly string[]> {
  const env = { ...process.env, NODE_OPTIONS: '', ...extra };
  const { stdout, stderr } = await run(process.execPath, [...args, program], { env });
  expect(stdout).toBe('two copies\n');
  return stderr.split('\n').filter((line) => line.includes('UCB_LEGACY_NAME'));
}

describe('a process that uses legacy names', () => {
  it('is warned once of each name, also when it has loaded two copies of the package', async () => {
    const warnings = (await warningsWith([])).map((line) => line.replace(/^.*DeprecationWarning: /, ''));
    const warningOf = (name: string, replacement: string): string =>
      `${name} of unified-circuit-breaker/compat/core is a legacy name. Use ${replacement} instead. ` +
      'See docs/migration/from-legacy.md#core.';

    expect(warnings).toEqual([
      warningOf('CircuitBreaker', 'UnifiedCircuitBreaker'),
      warningOf('CircuitConfig', 'UnifiedCircuitConfig'),
    ]);
  });

  it.each([
    ['--no-deprecation', ['--no-deprecation'], {}],
    ['--no-warnings', ['--no-warnings'], {}],
    ['--disable-warning=UCB_LEGACY_NAME', ['--disable-warning=UCB_LEGACY_NAME'], {}],
    ['NODE_NO_WARNINGS=1', [], { NODE_NO_WARNINGS: '1' }],
  ])('is not warned with %s', async (_, args, env) => {
    expect(await warningsWith(args, env)).toEqual([]);
  });

  it('fails at the first one with --throw-deprecation', async () => {
    const failed = run(process.execPath, ['--throw-deprecation', program]);

    await expect(failed).rejects.toThrow('UCB_LEGACY_NAME');
  });
});
