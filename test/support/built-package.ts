import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { root } from './source-tree.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder whose `node_modules` holds the package as its users get it. */
    readonly consumer: string;
  }
}

/** Copies the built package into the `node_modules` of an empty project in the temporary folder. */
export default function setup(project: TestProject): () => void {
  const consumer = mkdtempSync(join(tmpdir(), 'unified-circuit-breaker-'));
  const target = join(consumer, 'node_modules', 'unified-circuit-breaker');

  // A package that does not build fails the tests that need it; the others still run.
  spawnSync(process.execPath, ['--import', 'tsx', 'scripts/build-when-stale.ts'], { cwd: root, stdio: 'inherit' });
  mkdirSync(target, { recursive: true });
  for (const path of ['package.json', 'dist'].filter((name) => existsSync(join(root, name)))) {
    cpSync(join(root, path), join(target, path), { recursive: true });
  }

  project.provide('consumer', consumer);
  return () => rmSync(consumer, { recursive: true });
}
