import { describe, expect, it } from 'vitest';
import { barsOf, JUDGED } from '../../simulate/bars.ts';
import { POLICIES } from '../../simulate/policies/index.ts';
import { RECOMMENDED } from '../../simulate/policies/ours.ts';
import { seeded } from '../../simulate/random.ts';
import { simulate } from '../../simulate/run.ts';
import { SCENARIOS, SHORT } from '../../simulate/scenarios.ts';
import { summarize } from '../../simulate/summary.ts';
import { installGlobally, VirtualTime } from '../../simulate/virtual-time.ts';
import { UnifiedCircuitBreaker } from '../../src/index.ts';

const scenario = (name: string): (typeof SCENARIOS)[number] => SCENARIOS.find((each) => each.name === name) ?? raise(name);
const policy = (name: string): (typeof POLICIES)[number] => POLICIES.find((each) => each.name === name) ?? raise(name);

function raise(name: string): never {
  throw new Error(`There is no "${name}"`);
}

describe('VirtualTime', () => {
  it('runs what falls due in order, and equals in the order of asking', async () => {
    const time = new VirtualTime();
    const seen: string[] = [];
    time.after(20, () => seen.push(`c at ${time.now()}`));
    time.after(10, () => seen.push(`a at ${time.now()}`));
    time.after(10, () => seen.push('b'));
    time.after(10, () => seen.push('never')).cancel();
    time.after(31, () => seen.push('later'));
    await time.runUntil(30);

    expect(seen).toEqual(['a at 10', 'b', 'c at 20']);
    expect(time.now()).toBe(30);
  });

  it('stands in for the global timers until it is taken away', async () => {
    const time = new VirtualTime();
    const before = { timeout: setTimeout, now: Date.now };
    const uninstall = installGlobally(time);
    let repeated = 0;
    const interval = setInterval(() => (repeated += 1), 10);
    setTimeout(() => clearInterval(interval), 35);
    clearTimeout(setTimeout(() => raise('cancelled timer'), 1));
    await time.runUntil(100);
    const shown = Date.now();
    uninstall();

    expect(repeated).toBe(3);
    expect(shown).toBe(time.wall());
    expect({ timeout: setTimeout, now: Date.now }).toEqual(before);
  });
});

describe('simulate', () => {
  it('gives the same figures for the same seed, and others for another', async () => {
    const run = (seed: number): ReturnType<typeof simulate> => simulate(scenario('partial 30 %'), policy('default'), seed);

    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  it('serves everybody that a dependency serves where there is no breaker', async () => {
    const { before, during, wasted, recoverMs } = await simulate(scenario('outage, fast errors'), policy('none'), 1);

    expect(before).toBeGreaterThan(0.99);
    expect(during).toBe(0);
    expect(wasted).toBe(1_000);
    expect(recoverMs).toBe(0);
  });

  it('opens every breaker in a total outage, each by its own rule', async () => {
    const seen: Record<string, number | null> = {};
    for (const name of ['default', 'cusum', 'opossum', 'cockatiel, 5 in a row', 'fixed window']) seen[name] = (await simulate(scenario('outage, fast errors'), policy(name), 1)).detectCalls;

    // What failed before the last call from before the fault had ended is not counted here, and counts for a window.
    expect([seen['default'], seen['cockatiel, 5 in a row']]).toEqual([10, 5]);
    expect(seen['cusum']).toBeLessThanOrEqual(17);
    expect(seen['fixed window']).toBeLessThanOrEqual(50);
    expect(seen['opossum']).toBeGreaterThan(100);
  });

  it('shows a queue that never recovers by itself when callers do not stop', async () => {
    const none = await simulate(scenario('brown-out, 2 retries'), policy('none'), 1);
    const adaptive = await simulate(scenario('brown-out, 2 retries'), policy('adaptive'), 1);

    expect(none.after).toBeLessThan(0.01);
    expect(none.amplification).toBeGreaterThan(2);
    expect(adaptive.after).toBeGreaterThan(0.97);
  });
});

describe('the parts of a simulation', () => {
  it('have names of their own, and the short version only such names', () => {
    for (const names of [SCENARIOS, POLICIES].map((each) => each.map(({ name }) => name))) expect(new Set(names).size).toBe(names.length);
    expect(SHORT.filter((name) => !SCENARIOS.some((each) => each.name === name))).toEqual([]);
    expect(JUDGED.filter((name) => !POLICIES.some((each) => each.name === name))).toEqual([]);
  });

  it('summarize a sample by its mean and the 95 % margin: 1, 2, 3 have 2 ± 4.30 · 1 / √3', () => {
    expect(summarize([1, 2, 3])).toEqual({ mean: 2, margin: expect.closeTo(2.4826, 3), seeds: 3 });
    expect(summarize([5])).toEqual({ mean: 5, margin: 0, seeds: 1 });
    expect(summarize([])).toBeNull();
  });

  it('draw the same numbers for the same seed, evenly from 0 to 1', () => {
    const random = seeded(7);
    const draws = Array.from({ length: 10_000 }, random);

    expect(draws.slice(0, 5)).toEqual(Array.from({ length: 5 }, seeded(7)));
    expect(Math.abs(draws.reduce((sum, draw) => sum + draw, 0) / 10_000 - 0.5)).toBeLessThan(0.02);
    expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
  });

  it('miss a bar where the figure misses it', () => {
    const summaries = (detectCalls: number): never => ({ detectCalls: summarize([detectCalls]) }) as never;
    const results = (detectCalls: number): never => ({ 'outage, fast errors': { default: summaries(detectCalls) } }) as never;

    expect(barsOf(results(10)).map(({ met }) => met)).toEqual([true]);
    expect(barsOf(results(11)).map(({ met }) => met)).toEqual([false]);
  });

  it('recommend a configuration that is sound', () => {
    expect(() => new UnifiedCircuitBreaker({ name: 'orders', ...RECOMMENDED })).not.toThrow();
  });
});
