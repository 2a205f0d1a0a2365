import { describe, expect, it } from 'vitest';
import { barsOf, JUDGED } from '../../simulate/bars.ts';
import { readQuoted } from '../../simulate/figures.ts';
import { POLICIES } from '../../simulate/policies/index.ts';
import { ADAPTIVE } from '../../simulate/policies/ours.ts';
import { seeded } from '../../simulate/random.ts';
import { simulate } from '../../simulate/run.ts';
import { SCENARIOS, SHORT } from '../../simulate/scenarios.ts';
import { summarize } from '../../simulate/summary.ts';
import { installGlobally, VirtualTime } from '../../simulate/virtual-time.ts';
import { UnifiedCircuitBreaker } from '../../src/index.ts';

const scenario = (name: string): (typeof SCENARIOS)[number] =>
  SCENARIOS.find((each) => each.name === name) ?? raise(name);
const policy = (name: string): (typeof POLICIES)[number] => POLICIES.find((each) => each.name === name) ?? raise(name);

function raise(name: string): never {
  throw new Error(`There is no "${name}"`);
}

describe('VirtualTime', () => {
  it('runs timers in order of their time, and then of their creation', async () => {
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

  it('replaces the global timers until it is uninstalled', async () => {
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
  it('returns equal figures for equal seeds, and different ones for different seeds', async () => {
    const run = (seed: number): ReturnType<typeof simulate> =>
      simulate(scenario('partial 30%'), policy('default'), seed);

    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  it('serves all users that the dependency serves when there is no breaker', async () => {
    const { before, during, wasted, recoverMs } = await simulate(scenario('outage, fast errors'), policy('none'), 1);

    expect(before).toBeGreaterThan(0.99);
    expect(during).toBe(0);
    expect(wasted).toBe(1_000);
    expect(recoverMs).toBe(0);
  });

  it('opens each breaker by its own rule in a total outage', async () => {
    const seen: Record<string, number | null> = {};
    for (const name of ['default', 'cusum', 'opossum', 'cockatiel, 5 in a row', 'fixed window'])
      seen[name] = (await simulate(scenario('outage, fast errors'), policy(name), 1)).detectCalls;

    // What failed before the last call from before the fault had ended is not counted here, and counts for a window.
    expect([seen['default'], seen['cockatiel, 5 in a row']]).toEqual([10, 5]);
    expect(seen['cusum']).toBeLessThanOrEqual(17);
    expect(seen['fixed window']).toBeLessThanOrEqual(50);
    expect(seen['opossum']).toBeGreaterThan(100);
  });

  it('shows a queue that never recovers when callers keep calling', async () => {
    const none = await simulate(scenario('brown-out, 2 retries'), policy('none'), 1);
    const adaptive = await simulate(scenario('brown-out, 2 retries'), policy('adaptive'), 1);

    expect(none.after).toBeLessThan(0.01);
    expect(none.amplification).toBeGreaterThan(2);
    expect(adaptive.after).toBeGreaterThan(0.97);
  });
});

describe('the parts of a simulation', () => {
  it('have unique names, and lists contain only these', () => {
    for (const names of [SCENARIOS, POLICIES].map((each) => each.map(({ name }) => name)))
      expect(new Set(names).size).toBe(names.length);
    expect(SHORT.filter((name) => !SCENARIOS.some((each) => each.name === name))).toEqual([]);
    expect(JUDGED.filter((name) => !POLICIES.some((each) => each.name === name))).toEqual([]);
  });

  it('summarize a sample as its mean and 95% margin: 1, 2, 3 are 2 ± 4.30 × 1 / √3', () => {
    expect(summarize([1, 2, 3])).toEqual({ mean: 2, margin: expect.closeTo(2.4826, 3), seeds: 3 });
    expect(summarize([5])).toEqual({ mean: 5, margin: 0, seeds: 1 });
    expect(summarize([])).toBeNull();
  });

  it('draw equal numbers for equal seeds, evenly from 0 to 1', () => {
    const random = seeded(7);
    const draws = Array.from({ length: 10_000 }, random);

    expect(draws.slice(0, 5)).toEqual(Array.from({ length: 5 }, seeded(7)));
    expect(Math.abs(draws.reduce((sum, draw) => sum + draw, 0) / 10_000 - 0.5)).toBeLessThan(0.02);
    expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
  });

  it('report a criterion as missed when its figure misses the limit', () => {
    const bars = (detectCalls: number): ReturnType<typeof barsOf> =>
      barsOf(readQuoted({ 'outage, fast errors | default | detectCalls': detectCalls }));

    expect(bars(11).map(({ met }) => met)).toEqual([true]);
    expect(bars(12).map(({ met }) => met)).toEqual([false]);
  });

  it('show a valid adaptive configuration', () => {
    expect(() => new UnifiedCircuitBreaker({ name: 'orders', ...ADAPTIVE })).not.toThrow();
  });
});
