/** Runs all suites of this folder against the built package. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';

process.chdir(import.meta.dirname);
if (!existsSync('../dist/index.js')) throw new Error('`dist` is missing. Run `npm run build` first.');

const installed = 'node_modules/unified-circuit-breaker';
rmSync(installed, { recursive: true, force: true });
cpSync('../dist', `${installed}/dist`, { recursive: true });
cpSync('../package.json', `${installed}/package.json`);

/** What the postinstall script of `bun` does. Packages are installed without scripts. */
const linkBun = ['node', 'node_modules/bun/install.js'];

const suites = {
  Chromium: [['node', '--test', 'chromium/chromium.test.mjs']],
  workerd: [['node', '--test', 'workerd/workerd.test.mjs']],
  'node:test': [['node', '--test', 'node-test/timers.test.mjs']],
  'Jest, modern and legacy': [['node', 'node_modules/jest/bin/jest.js', '--rootDir', 'jest']],
  Vitest: [['node', '../node_modules/vitest/vitest.mjs', 'run', '--root', 'vitest']],
  Deno: [['node_modules/.bin/deno', 'test', '--no-check', '--allow-read', '--allow-env', 'deno/']],
  Bun: [linkBun, ['node_modules/.bin/bun', 'test', './bun/']],
};

const failed = Object.entries(suites).filter(([name, commands]) => {
  process.stdout.write(`\n--- ${name}\n`);
  return !commands.every(([command, ...args]) => spawnSync(command, args, { stdio: 'inherit' }).status === 0);
});
for (const [name] of failed) process.stdout.write(`failed: ${name}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
