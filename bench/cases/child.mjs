// @ts-check
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Runs a script of this folder's parent in a process of its own; gives the JSON that it prints.
 *
 * @param {string} script
 * @param {readonly string[]} args
 * @param {readonly string[]} [nodeFlags]
 * @returns {Promise<any>}
 */
export async function jsonFrom(script, args, nodeFlags = []) {
  const path = fileURLToPath(new URL(`../${script}`, import.meta.url));
  const { stdout } = await run(process.execPath, ['--expose-gc', ...nodeFlags, path, ...args]);
  return JSON.parse(stdout);
}
