import { POLICIES } from './policies/index.ts';
import { simulate } from './run.ts';
import { SCENARIOS } from './scenarios.ts';
import { summarizeRuns } from './summary.ts';
import type { Job } from './pool.ts';
import { WAITS } from './waits.ts';

// cockatiel's timeout adds a listener to one signal for each call that runs, and Node warns of more than ten.
process.removeAllListeners('warning');
process.on('warning', ({ name, message }) => {
  if (name !== 'MaxListenersExceededWarning') console.warn(message);
});

process.on('message', ({ scenario: scenarioName, policy: policyName, seeds }: Job) => {
  void (async () => {
    const scenario = SCENARIOS.find(({ name }) => name === scenarioName);
    const policy = [...POLICIES, ...WAITS].find(({ name }) => name === policyName);
    if (scenario === undefined || policy === undefined)
      throw new Error(`There is no scenario "${scenarioName}" or no policy "${policyName}"`);
    const runs = [];
    for (let seed = 1; seed <= seeds; seed += 1) runs.push(await simulate(scenario, policy, seed));
    process.send?.(summarizeRuns(runs));
  })();
});
