import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { barsOf, JUDGED } from './bars.ts';
import { chartsOf } from './charts.ts';
import { page } from './page.ts';
import { POLICIES } from './policies/index.ts';
import { runAll } from './pool.ts';
import type { Job } from './pool.ts';
import { SCENARIOS, SHORT } from './scenarios.ts';
import type { Results, Summaries } from './summary.ts';
import { barTable, tables } from './table.ts';

const USAGE = `npm run simulate -- [--short] [--seeds 30] [--only <part of a scenario's name>] [--policy <name>] [--write | --redraw]

  --short   one scenario of each kind with few seeds, and what the bars speak of; fails when a promise of the documentation is not kept
  --write   keeps table, JSON and pictures in simulate/results and docs/images; otherwise reports/simulation
  --redraw  simulates nothing: makes table, page and pictures anew from simulate/results/results.json`;

/** How many seeds the short version takes. */
const FEW = 3;
const KEPT = 'simulate/results';

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    seeds: { type: 'string' },
    only: { type: 'string', multiple: true },
    policy: { type: 'string', multiple: true },
    write: { type: 'boolean', default: false },
    redraw: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

const seeds = Number(values.seeds ?? (values.short ? FEW : 30));
if (!Number.isSafeInteger(seeds) || seeds < 1) throw new RangeError(`Expected --seeds to be a whole number, 1 or more, got ${values.seeds}`);
const started = Date.now();
const results = values.redraw ? (JSON.parse(readFileSync(`${KEPT}/results.json`, 'utf8')) as Results) : await run();

async function run(): Promise<Results> {
  const scenarios = SCENARIOS.filter(({ name }) => (!values.short || SHORT.includes(name)) && (values.only === undefined || values.only.some((part) => name.includes(part))));
  const wanted = POLICIES.filter(({ name }) => (values.policy ?? (values.short ? JUDGED : undefined))?.includes(name) ?? true);
  const jobs: readonly Job[] = scenarios.flatMap((scenario) =>
    wanted.filter(({ only }) => only === undefined || only(scenario.name)).map((policy) => ({ scenario: scenario.name, policy: policy.name, seeds })),
  );
  if (jobs.length === 0) throw new RangeError(`Nothing is called so. ${USAGE}`);
  const found = new Map<string, Summaries>();
  await runAll(jobs, (job, summaries) => {
    found.set(`${job.scenario}\n${job.policy}`, summaries);
    if (process.stderr.isTTY) process.stderr.write(`\r${pc.dim(`${found.size} of ${jobs.length}: ${job.policy} in "${job.scenario}"`.padEnd(79))}`);
  });
  if (process.stderr.isTTY) process.stderr.write(`\r${' '.repeat(79)}\r`);
  return Object.fromEntries(
    scenarios.map(({ name }) => [
      name,
      Object.fromEntries(wanted.flatMap((policy) => {
        const summaries = found.get(`${name}\n${policy.name}`);
        return summaries === undefined ? [] : [[policy.name, summaries]];
      })),
    ]),
  );
}

const known = Object.values(results).flatMap((each) => Object.values(each));
const shown = new Set(Object.values(results).flatMap((each) => Object.keys(each)));
const policies = POLICIES.filter(({ name }) => shown.has(name));
const bars = barsOf(results);
const charts = chartsOf(results);
const titles = Object.fromEntries(SCENARIOS.map(({ name, title }) => [name, title]));
const about = `${Object.keys(results).length} scenarios, ${policies.length} policies, ${Math.max(...known.map(({ served }) => served?.seeds ?? 0))} seeds each. Reproduce: npm run simulate${values.short ? ' -- --short' : ''}`;
const legend = policies.map(({ name, title }) => `- **${name}**: ${title}`).join('\n');
const text = `# Simulation\n\n${about}\n\n${legend}\n\n## Bars\n\n${barTable(bars)}\n\n## Figures\n\nMean ± 95 % margin.\n\n${tables(results, titles)}\n`;

const keeps = values.write || values.redraw;
const directory = keeps ? KEPT : 'reports/simulation';
mkdirSync(directory, { recursive: true });
writeFileSync(`${directory}/results.md`, text);
writeFileSync(`${directory}/results.json`, `${JSON.stringify(results, null, 1)}\n`);
writeFileSync(`${directory}/index.html`, page({ bars, charts, tables: tables(results, titles), about }));
if (keeps) for (const { name, svg } of charts) writeFileSync(`docs/images/simulation-${name}.svg`, svg);

console.log(tables(results, titles));
console.log(`\n${about}, ${((Date.now() - started) / 1_000).toFixed(0)} s. Page: ${directory}/index.html\n`);
for (const { promise, figure, met } of bars) console.log(`${met ? pc.green('met   ') : pc.red('MISSED')}  ${promise}: ${figure}`);
if (values.short && bars.some(({ met }) => !met)) process.exitCode = 1;
