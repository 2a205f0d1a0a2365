// @ts-check
/**
 * The bench: ours beside opossum, cockatiel, mollitia, brakes, a hand-written breaker and the bare call.
 */
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { cases } from './cases/index.mjs';
import { libraries } from './libraries/index.mjs';
import { judge } from './limits.mjs';
import { describeMachine, versionOf } from './machine.mjs';
import { startProgress } from './progress.mjs';
import { markdown } from './report.mjs';

const usage = `npm run bench -- [options]
  --quick        a smoke check in half a minute; its figures mean little
  --only <case>  one case, may be repeated: ${cases.map(({ id }) => id).join(', ')}
  --json         print everything as JSON instead of tables
  --write        also write bench/RESULTS.md; only after a whole, full run
  --help         this text
`;

const options = readOptions();
const wanted = options.only === undefined ? cases : cases.filter(({ id }) => options.only?.includes(id));
const progress = startProgress(wanted.length);
const results = await runAll(wanted);

process.stdout.write(options.json ? `${JSON.stringify(results, null, 2)}\n` : markdown(results));
if (options.write) {
  const path = new URL('./RESULTS.md', import.meta.url);
  writeFileSync(path, markdown(results));
  progress.say('Wrote bench/RESULTS.md');
}

/**
 * @param {readonly import('./cases/case.mjs').Case[]} casesToRun
 * @returns {Promise<import('./report.mjs').Results>}
 */
async function runAll(casesToRun) {
  /** @type {import('./report.mjs').CaseResult[]} */
  const done = [];
  for (const { id, title, about, columns } of casesToRun) {
    const startedAt = performance.now();
    progress.start(title);
    const rows = await runInChild(id).catch(failed);
    done.push({ id, title, about, columns, rows, seconds: Math.round((performance.now() - startedAt) / 100) / 10 });
    progress.finish();
  }
  return {
    date: new Date().toISOString().slice(0, 10),
    command: ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' '),
    machine: describeMachine(),
    libraries: libraries.map(({ name, packageName, note }) => ({
      name,
      packageName,
      version: packageName === null ? null : versionOf(packageName),
      note,
    })),
    cases: done,
    limits: judge(new Map(done.map(({ id, rows }) => [id, rows]))),
  };
}

/**
 * A case that breaks costs its own rows, not those of the others. It is no verdict on a figure, so it fails the run.
 *
 * @param {Error} error
 * @returns {import('./measure.mjs').Row[]}
 */
function failed(error) {
  progress.say(error.message);
  process.exitCode = 1;
  return [];
}

/**
 * @param {string} id
 * @returns {Promise<import('./measure.mjs').Row[]>}
 */
function runInChild(id) {
  const script = fileURLToPath(new URL('./run-case.mjs', import.meta.url));
  const child = fork(script, [id, options.quick ? 'quick' : 'full'], { execArgv: ['--expose-gc'] });
  return new Promise((resolve, reject) => {
    child.on('message', (/** @type {{ progress?: number, rows?: import('./measure.mjs').Row[] }} */ message) => {
      if (message.progress !== undefined) progress.update(message.progress);
      if (message.rows !== undefined) resolve(message.rows);
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`The case ${id} ended with exit code ${code} and no result`)));
  });
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    process.exit(0);
  }
  const unknown = values.only?.find((id) => !cases.some((known) => known.id === id));
  if (unknown !== undefined) leave(`Expected \`--only\` to be a case, got ${unknown}`);
  if (values.write && (values.quick || values.only))
    leave('Expected `--write` alone: the results file holds a whole, full run');
  return values;
}

/**
 * @param {string} problem
 * @returns {never}
 */
function leave(problem) {
  process.stderr.write(`${problem}\n\n${usage}`);
  process.exit(2);
}
