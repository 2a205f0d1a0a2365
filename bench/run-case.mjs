// @ts-check
/**
 * Runs one case in this process. Started by main.mjs, it reports over the channel to it; by hand it prints JSON, which
 * is how to profile a case: `node --expose-gc --cpu-prof bench/run-case.mjs async-default`
 */
import { cases } from './cases/index.mjs';
import { efforts } from './measure.mjs';

const [id, effort] = process.argv.slice(2);
const quick = effort === 'quick';
const wanted = cases.find((known) => known.id === id);
if (wanted === undefined) throw new Error(`Expected a case: ${cases.map((known) => known.id).join(', ')}; got ${id}`);

const rows = await wanted.run({
  quick,
  effort: quick ? efforts.quick : efforts.full,
  onProgress: (share) => process.send?.({ progress: share }),
});

// Some libraries leave timers behind that hold the process, so it is ended here.
if (process.send) process.send({ rows }, () => process.exit(0));
else process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`, () => process.exit(0));
