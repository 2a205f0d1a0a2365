import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Summaries } from './summary.ts';

/** All runs of one policy in one scenario. */
export interface Job {
  readonly scenario: string;
  readonly policy: string;
  /** Seeds 1 to this. */
  readonly seeds: number;
}

/**
 * Does jobs in as many processes as there are processors. A process does one job at a time, because a job replaces the
 * global timers.
 */
export async function runAll(jobs: readonly Job[], onDone: (job: Job, summaries: Summaries) => void): Promise<void> {
  const waiting = [...jobs];
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), jobs.length) }, () => work(waiting, onDone)));
}

function work(waiting: Job[], onDone: (job: Job, summaries: Summaries) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('worker.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
    let job: Job | undefined;
    const next = (): void => {
      job = waiting.shift();
      if (job === undefined) child.disconnect();
      else child.send(job);
    };
    child.on('message', (summaries: Summaries) => {
      onDone(job as Job, summaries);
      next();
    });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`The simulation of "${job?.policy}" in "${job?.scenario}" ended with code ${code}`)),
    );
    next();
  });
}
