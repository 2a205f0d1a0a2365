import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const run = promisify(execFile);
const entry = fileURLToPath(new URL('../../src/index.ts', import.meta.url));

/** How a child process ended. */
interface ChildEnd {
  /** The exit code; null when it had to be killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Processes of their own for what cannot be seen from inside: whether one ends, what it warns of, what it keeps in
 * memory.
 */
export interface Children {
  /**
   * Runs `source`, an ES module that has `UnifiedCircuitBreaker` and `systemClock` in scope; kills it after `limitMs`.
   */
  run(source: string, limitMs?: number): Promise<ChildEnd>;
  dispose(): void;
}

/** Bundles the sources once, for all children. */
export async function prepareChildren(): Promise<Children> {
  const folder = mkdtempSync(join(tmpdir(), 'circuit-'));
  const library = join(folder, 'library.mjs');
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: 'esm', platform: 'neutral',
    target: 'node20', write: false });
  writeFileSync(library, outputFiles[0]?.text ?? '');
  let count = 0;
  return {
    async run(source, limitMs = 20_000) {
      const file = join(folder, `child-${(count += 1)}.mjs`);
      writeFileSync(
        file,
        `import { UnifiedCircuitBreaker, systemClock } from ${JSON.stringify(pathToFileURL(library).href)};\n${source}`,
      );
      try {
        return { code: 0, ...(await run(process.execPath, ['--expose-gc', file],
          { timeout: limitMs, killSignal: 'SIGKILL' })) };
      } catch (error) {
        const end = error as ChildEnd;
        return { code: end.code, stdout: end.stdout, stderr: end.stderr };
      }
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
