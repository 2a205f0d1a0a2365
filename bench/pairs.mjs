// @ts-check
/**
 * Compares two builds of this package with each other and with the bare call. It repeats within 3% even on a busy
 * machine: it counts CPU time, each repeat has a process of its own, and build A, build B and the bare call run in
 * turns inside it. Shown are medians of the repeats.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

import { build } from 'esbuild';

import { jsonFrom } from './cases/child.mjs';
import { pairCases } from './pairs-cases.mjs';

const usage = `npm run bench:pairs -- [options] A.mjs B.mjs [case…]
  --repeats <n>    processes for each case, 6 unless given; an even number
  --build <file>   first bundle the current source into this file; B.mjs may be that file
  --help           this text
cases: ${Object.keys(pairCases).join(', ')}
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repeats: { type: 'string', default: '6' },
    build: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) leave(0, usage);
if (values.build !== undefined) {
  await bundle(values.build);
  if (positionals.length === 0) leave(0, `Wrote ${values.build}\n`);
}
const [fileA, fileB, ...wanted] = positionals;
if (fileA === undefined || fileB === undefined) leave(2, usage);
for (const file of [fileA, fileB]) if (!existsSync(file)) leave(2, `There is no file ${file}\n\n${usage}`);
const unknown = wanted.find((id) => !Object.hasOwn(pairCases, id));
if (unknown !== undefined) leave(2, `There is no case ${unknown}\n\n${usage}`);

const repeats = 2 * Math.max(1, Math.ceil(Number(values.repeats) / 2) || 3);
console.log(row(['case', 'bare ns', 'A × bare', 'B × bare', 'B / A', 'B / A of each repeat']));
for (const id of wanted.length > 0 ? wanted : Object.keys(pairCases)) {
  const taken = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) taken.push(await measure(id, fileA, fileB, repeat % 2 === 1));
  const ratios = taken.map(({ bOverA }) => bOverA).toSorted((one, other) => one - other);
  console.log(
    row([
      id,
      median(taken.map(({ bareNs }) => bareNs)).toFixed(0),
      median(taken.map(({ a }) => a)).toFixed(2),
      median(taken.map(({ b }) => b)).toFixed(2),
      median(ratios).toFixed(3),
      ratios.map((ratio) => ratio.toFixed(2)).join(' '),
    ]),
  );
}

/**
 * The build that is loaded second is 2% slower than the first, so the builds swap places in every other repeat.
 *
 * @param {string} id
 * @param {string} fileOfA
 * @param {string} fileOfB
 * @param {boolean} swapped
 */
async function measure(id, fileOfA, fileOfB, swapped) {
  const urls = [fileOfA, fileOfB].map((file) => pathToFileURL(resolve(file)).href);
  /** @type {import('./pairs-child.mjs').Repeat} */
  const { bareNs, overBare, overFirst } = await jsonFrom(
    'pairs-child.mjs',
    [id, ...(swapped ? urls.toReversed() : urls)],
    ['--single-threaded'],
  );
  const [a = NaN, b = NaN] = swapped ? overBare.toReversed() : overBare;
  const second = overFirst[1] ?? NaN;
  return { bareNs, a, b, bOverA: swapped ? 1 / second : second };
}

/** @param {string} outfile */
async function bundle(outfile) {
  const entry = fileURLToPath(new URL('../src/index.ts', import.meta.url));
  await build({ entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'neutral', target: 'node20' });
}

/** @param {readonly string[]} cells */
function row([id = '', ...figures]) {
  const last = figures.pop() ?? '';
  return `${id.padEnd(18)}${figures.map((cell) => cell.padStart(10)).join('')}  ${last}`;
}

/**
 * Of an even number of figures, the mean of the two in the middle.
 *
 * @param {readonly number[]} figures
 */
function median(figures) {
  const sorted = figures.toSorted((one, other) => one - other);
  const half = sorted.length / 2;
  return ((sorted[half - 1] ?? NaN) + (sorted[half] ?? NaN)) / 2;
}

/**
 * @param {number} code
 * @param {string} text
 * @returns {never}
 */
function leave(code, text) {
  (code === 0 ? process.stdout : process.stderr).write(text);
  process.exit(code);
}
