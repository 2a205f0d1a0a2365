import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { barsOf, JUDGED } from './bars.ts';
import { chartsOf } from './charts.ts';
import { quotedBy, readResults } from './figures.ts';
import { guideTexts } from './guide.ts';
import { POLICIES } from './policies/index.ts';
import { runAll } from './pool.ts';
import type { Job } from './pool.ts';
import { SCENARIOS, SHORT } from './scenarios.ts';
import type { Results, Summaries } from './summary.ts';
import { barTable, groupTables } from './table.ts';
import { WAIT_SCENARIOS, WAITS, waitsPage } from './waits.ts';

const OUTPUT = 'reports/simulation';
const USAGE = `npm run simulate -- [options]

  --short          one scenario of each kind with few seeds; fails if a bar isn't met
  --seeds <n>      runs of each policy in each scenario, 30 unless given
  --only <part>    only scenarios whose name has this part; may be repeated
  --policy <name>  only this policy; may be repeated
  --waits          compares pairs of waits instead; 10 seeds unless given; with --write updates
                   simulate/results/waits.md
  --redraw         simulates nothing, reads the JSON file in ${OUTPUT}
  --write          also updates simulate/results and docs/images; only after a whole, full run

All results are written to ${OUTPUT}.`;

/** How many seeds the short version takes. */
const FEW = 3;
/** How many seeds a pair of waits takes. There are many pairs. */
const SEEDS_OF_WAITS = 10;

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    seeds: { type: 'string' },
    only: { type: 'string', multiple: true },
    policy: { type: 'string', multiple: true },
    waits: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    redraw: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

const seeds = Number(values.seeds ?? (values.short ? FEW : values.waits ? SEEDS_OF_WAITS : 30));
if (!Number.isSafeInteger(seeds) || seeds < 1) {
  throw new RangeError(`\`--seeds\` must be a whole number, 1 or more. Received ${values.seeds}`);
}
if (values.write && (values.short || values.only || values.policy)) {
  throw new RangeError('`--write` needs a whole, full run. Leave out the options that shorten it');
}
const started = Date.now();
const kept = `${OUTPUT}/${values.waits ? 'waits' : 'results'}.json`;
const results = values.redraw ? (JSON.parse(readFileSync(kept, 'utf8')) as Results) : await run();
mkdirSync(OUTPUT, { recursive: true });
writeFileSync(kept, `${JSON.stringify(results)}\n`);
if (values.waits) reportWaits(results);
else report(results);

async function run(): Promise<Results> {
  const scenarios = SCENARIOS.filter(
    ({ name }) =>
      (!values.short || SHORT.includes(name)) &&
      (!values.waits || WAIT_SCENARIOS.includes(name)) &&
      (values.only === undefined || values.only.some((part) => name.includes(part))),
  );
  const names = values.policy ?? (values.short ? JUDGED : undefined);
  const wanted = (values.waits ? WAITS : POLICIES).filter(({ name }) => names?.includes(name) ?? true);
  const jobs: readonly Job[] = scenarios.flatMap((scenario) =>
    wanted
      .filter(({ only }) => only === undefined || only(scenario.name))
      .map((policy) => ({ scenario: scenario.name, policy: policy.name, seeds })),
  );
  if (jobs.length === 0) throw new RangeError(`No scenario or no policy matches.\n\n${USAGE}`);
  const found = new Map<string, Summaries>();
  await runAll(jobs, (job, summaries) => {
    found.set(`${job.scenario}\n${job.policy}`, summaries);
    showProgress(`${found.size} of ${jobs.length}: ${job.policy} in "${job.scenario}"`);
  });
  showProgress('');
  const policiesOf = (scenario: string): Record<string, Summaries> =>
    Object.fromEntries(
      wanted.flatMap(({ name }) => {
        const summaries = found.get(`${scenario}\n${name}`);
        return summaries === undefined ? [] : [[name, summaries]];
      }),
    );
  return Object.fromEntries(scenarios.map(({ name }) => [name, policiesOf(name)]));
}

function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${pc.dim(text.padEnd(79))}\r`);
}

function report(found: Results): void {
  const read = readResults(found);
  const bars = barsOf(read);
  const text = markdownOf(found, barTable(bars));
  writeFileSync(`${OUTPUT}/results.md`, text);
  if (values.write) {
    const quoted = quotedBy((each) => [barsOf(each), guideTexts(each)], read);
    writeFileSync('simulate/results/results.md', text);
    writeFileSync('simulate/results/figures.json', `${JSON.stringify(quoted, null, 1)}\n`);
  }
  for (const { name, svg } of chartsOf(read)) {
    writeFileSync(values.write ? `docs/images/simulation-${name}.svg` : `${OUTPUT}/${name}.svg`, svg);
  }

  console.log(text);
  console.log(`Took ${((Date.now() - started) / 1_000).toFixed(0)} s. All results: ${OUTPUT}\n`);
  for (const { promise, figure, met } of bars) {
    console.log(`${met ? pc.green('met   ') : pc.red('MISSED')}  ${promise}: ${figure}`);
  }
  if (values.short && bars.some(({ met }) => !met)) process.exitCode = 1;
}

function reportWaits(found: Results): void {
  const text = waitsPage(found);
  writeFileSync(values.write ? 'simulate/results/waits.md' : `${OUTPUT}/waits.md`, text);
  console.log(text);
}

function markdownOf(found: Results, bars: string): string {
  const all = Object.values(found);
  const policies = POLICIES.filter(({ name }) => all.some((each) => each[name] !== undefined));
  const most = Math.max(...all.flatMap((each) => Object.values(each)).map(({ served }) => served?.seeds ?? 0));
  return `# Simulation results

${all.length} scenarios, ${policies.length} policies, ${most} runs of each. Written by \`npm run simulate${
    values.short ? ' -- --short' : ''
  }\`; don't edit.

${policies.map(({ name, title }) => `- **${name}**: ${title}`).join('\n')}

## Acceptance criteria

The criteria compare *default* with fixed limits, no breaker and other libraries, and *adaptive* with no breaker and
*fixed window*.

${bars}

## Figures

Each figure is the mean of all runs. The last row of a table has the largest 95% margin of each column.
*Wasted* is the number of failed requests per 1,000 calls in the fault. *Wasted later* counts only those that began
after the first opening. *Peak load* is the number of requests
for each user call, in the worst second of the fault.

${groupTables(found, policies)}
`;
}
