// @ts-check
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {ReturnType<typeof describeMachine>} Machine
 */

/** What a reader needs to judge the figures; nothing that names the machine. */
export function describeMachine() {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGB: Math.round(totalmem() / 1e9),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    v8: process.versions.v8,
  };
}

/**
 * The version of an installed package, read from the package.json that its entry belongs to.
 *
 * @param {string} packageName
 * @returns {string}
 */
export function versionOf(packageName) {
  let folder = dirname(fileURLToPath(import.meta.resolve(packageName)));
  while (folder !== dirname(folder)) {
    const found = readPackage(join(folder, 'package.json'));
    if (found?.name === packageName) return found.version;
    folder = dirname(folder);
  }
  return 'unknown';
}

/**
 * @param {string} path
 * @returns {{ name: string, version: string } | undefined}
 */
function readPackage(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
