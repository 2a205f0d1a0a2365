// Runs every examples/*.ts, one after the other, and fails if one of them fails.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const examples = readdirSync(`${root}examples`).filter((name) => name.endsWith('.ts'));
const failed = examples.filter((name) => {
  console.log(`\n# examples/${name}`);
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', `examples/${name}`], {
    cwd: root,
    stdio: 'inherit',
    timeout: 60_000,
  });
  return status !== 0;
});

console.log(`\n${examples.length - failed.length} examples ran, ${failed.length} failed ${failed.join(' ')}`);
if (examples.length === 0 || failed.length > 0) process.exitCode = 1;
