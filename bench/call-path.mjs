// @ts-check
/**
 * Prints which functions of `src` run for one failing call that opens the circuit, with default options, by file; and
 * which functions of `src` are longer than 40 lines. `--json` prints only how many functions and files it found.
 *
 * V8 counts the functions that run from the start of the call until its promise settles. A successful call comes first,
 * so that objects which a breaker creates only once don't count. Initializers of class fields don't count either.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { build } from 'esbuild';
import ts from 'typescript';

const MOST_LINES = 40;
const FIELD_INITIALIZER = '<instance_members_initializer>';
const root = fileURLToPath(new URL('..', import.meta.url));

const folder = await mkdtemp(join(tmpdir(), 'call-path-'));
const byFile = await functionsOfOneCall(folder).finally(() => rmSync(folder, { recursive: true }));
if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ functions: [...byFile.values()].flat().length, files: byFile.size }));
} else {
  printPath();
  await printLongFunctions();
}

function printPath() {
  const functions = [...byFile.values()].flat().length;
  console.log(`One failing call that opens the circuit runs ${functions} functions in ${byFile.size} files:\n`);
  for (const [file, names] of [...byFile].toSorted(([one], [other]) => one.localeCompare(other)))
    console.log(`${file.padEnd(38)} ${String(names.length).padStart(2)}  ${names.join(', ')}`);
}

/**
 * @param {string} outdir
 * @returns {Promise<Map<string, string[]>>}  The names of the functions by source file.
 */
async function functionsOfOneCall(outdir) {
  const { code, map, path } = await bundle(outdir);
  const { UnifiedCircuitBreaker } = await import(pathToFileURL(path).href);
  const breaker = new UnifiedCircuitBreaker({ name: 'orders', failureThreshold: 1 });
  const failure = new Error('The dependency is down');
  const operation = () => Promise.reject(failure);
  await breaker.call(async () => 'ok');

  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await session.post('Profiler.takePreciseCoverage'); // Sets all counts to 0.
  await breaker.call(operation).catch(() => {});
  const { result } = await session.post('Profiler.takePreciseCoverage');
  session.disconnect();
  if (breaker.state !== 'open') throw new Error('The failing call did not open the circuit');

  const functions = result.find(({ url }) => url === pathToFileURL(path).href)?.functions ?? [];
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const { functionName, ranges } of functions) {
    const [whole] = ranges;
    if (whole === undefined || whole.count === 0 || functionName === FIELD_INITIALIZER) continue;
    const { file, line } = sourceOf(code, map, whole.startOffset);
    found.set(file, [...(found.get(file) ?? []), `${functionName || '(anonymous)'}:${line}`]);
  }
  return found;
}

/** @param {string} outdir */
async function bundle(outdir) {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'src/index.ts')],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'esnext',
    sourcemap: 'external',
  });
  const [map, code] = outputFiles.toSorted((one, other) => other.path.length - one.path.length);
  if (map === undefined || code === undefined) throw new Error('esbuild wrote no source map');
  writeFileSync(code.path, code.contents);
  const payload = JSON.parse(map.text);
  payload.sources = payload.sources.map((/** @type {string} */ source) => relative(root, resolve(outdir, source)));
  return { code: code.text, path: code.path, map: new SourceMap(payload) };
}

/**
 * @param {string} code
 * @param {SourceMap} map
 * @param {number} offset
 */
function sourceOf(code, map, offset) {
  const before = code.slice(0, offset).split('\n');
  const entry = map.findEntry(before.length - 1, before.at(-1)?.length ?? 0);
  if (!('originalSource' in entry)) throw new Error(`No source of offset ${offset}`);
  return { file: entry.originalSource, line: entry.originalLine + 1 };
}

async function printLongFunctions() {
  const files = (await readdir(join(root, 'src'), { recursive: true })).filter((file) => file.endsWith('.ts'));
  const long = files.flatMap((file) => longFunctions(join('src', file)));
  console.log(`\nFunctions of src longer than ${MOST_LINES} lines: ${long.length === 0 ? 'none' : long.join(', ')}`);
}

/** @param {string} file */
function longFunctions(file) {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
  /** @type {string[]} */
  const long = [];
  const visit = (/** @type {ts.Node} */ node) => {
    const [first, last] = [node.getStart(), node.end].map((at) => source.getLineAndCharacterOfPosition(at).line + 1);
    const lines = Number(last) - Number(first) + 1;
    const isLong = ts.isFunctionLike(node) && 'body' in node && lines > MOST_LINES;
    if (isLong) long.push(`${file}:${first} (${lines} lines)`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return long;
}
