import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'tsup';
import type { TestProject } from 'vitest/node';
import config from '../../tsup.config.ts';
import { root } from './source-tree.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder whose `node_modules` holds the package as its users get it. */
    readonly consumer: string;
  }
}

/** Builds the package once, into the `node_modules` of an empty project in the temporary folder. */
export default async function setup(project: TestProject): Promise<() => void> {
  const consumer = mkdtempSync(join(tmpdir(), 'unified-circuit-breaker-'));
  const target = join(consumer, 'node_modules', 'unified-circuit-breaker');

  mkdirSync(target, { recursive: true });
  copyFileSync(join(root, 'package.json'), join(target, 'package.json'));

  console.log('Building the package for the package tests …');
  // A package that does not build fails the tests that need it; the others still run.
  await build({ ...config, config: false, outDir: join(target, 'dist'), silent: true }).catch(console.error);

  project.provide('consumer', consumer);
  return () => rmSync(consumer, { recursive: true });
}
