import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { presets, presetSources } from '../../src/presets/index.ts';
import type { Preset, SourcedPreset } from '../../src/presets/index.ts';
import { breakerWith } from '../support/breaker.ts';
import { BOOM } from '../support/outcomes.ts';

/** The preset at a path such as `llm.fast`. */
function at(path: string): Preset {
  return path.split('.').reduce((place: unknown, key) => (place as Record<string, unknown>)[key], presets) as Preset;
}

const paths = Object.keys(presetSources);

/** A breaker by a preset, and what becomes of it when calls end as `pattern` says: S and F. */
async function driven(preset: Preset, pattern: string) {
  const made = breakerWith(preset);
  for (const outcome of pattern) await made.breaker.tryCall(() => (outcome === 'S' ? 1 : Promise.reject(BOOM)));
  return made.breaker;
}

describe('every preset', () => {
  it('is listed with its sources', () => {
    const leaves = (place: object, path: string): string[] =>
      Object.entries(place).flatMap(([key, value]) => ('failureThreshold' in (value as object) ? [path + key] : leaves(value as object, `${path}${key}.`)));

    expect(leaves(presets, '').toSorted()).toEqual(paths.toSorted());
  });

  it.each(paths)('%s is frozen, and so is what holds it', (path) => {
    const parent = path.includes('.') ? at(path.split('.')[0] as string) : presets;

    expect([at(path), parent, presetSources[path], presetSources[path]?.numbers].every((each) => Object.isFrozen(each))).toBe(true);
  });

  it.each(paths)('%s has a source for each number, and a reason where it differs', (path) => {
    const source = presetSources[path];
    const numbers = Object.entries(at(path)).filter(([, value]) => typeof value === 'number');

    expect(source?.numbers.map(({ option, value }) => [option, value])).toEqual(numbers);
    for (const { value, legacy, repair } of source?.numbers ?? []) {
      const [, said, unit] = /= ([\d.]+)( s)?$/.exec(legacy) ?? [];
      expect(repair !== '').toBe(value !== Number(said) * (unit === undefined ? 1 : 1_000));
    }
  });

  it.each(paths)('%s opens at its threshold of failures in a row, and not before', async (path) => {
    const preset = at(path);
    const run = preset.failureThreshold as number;

    expect((await driven(preset, 'F'.repeat(run - 1))).state).toBe('closed');
    const { state, retryAfterMs } = await driven(preset, 'F'.repeat(run));

    expect(state).toBe('open');
    expect(retryAfterMs).toBe(preset.recoveryTimeoutMs);
  });

  it.each(paths)('%s says nothing odd of itself', (path) => {
    expect(breakerWith(at(path)).breaker.explain()).toMatch(/^Circuit "orders" is closed: .*\. It opens at .*\.$/);
  });
});

describe('mixed patterns', () => {
  it.each([
    ['canonical', 'FSFSF', 'SFSFS'],
    ['canonical', 'SSSFFF', 'SSSFF'],
    ['database', 'FSF', 'SFS'],
    ['database', 'SSFFF', 'SSFF'],
    ['authService', 'FSFSF', 'SFSFS'],
    ['llmService', 'SSSSSSFFFF', 'SSSSSSSFFF'],
    ['llmService', 'FFFFSSSSSS', 'FFFFSSSSS'],
    ['clickhouse', 'SFSF', 'SSFS'],
    ['redis', 'SSFFF', 'SFSFS'],
    ['environments.production', 'FSFSF', 'SFSFS'],
    ['tiers.critical', 'FSF', 'SFS'],
    ['tiers.experimental', 'SF'.repeat(10), 'SF'.repeat(9)],
    ['llm.geminiFlash', 'SSSSSFFFFF', 'SSSSSSFFFF'],
  ])('%s opens after %s, and not after %s', async (path, opens, stays) => {
    expect((await driven(at(path), opens)).state).toBe('open');
    expect((await driven(at(path), stays)).state).toBe('closed');
  });
});

describe('the numbers', () => {
  it.each([
    ['canonical', { failureThreshold: 5, recoveryTimeoutMs: 60_000, timeoutMs: 30_000, slidingWindowSize: 10, errorRateThreshold: 0.5, minRequestsThreshold: 5 }],
    ['database', { failureThreshold: 3, recoveryTimeoutMs: 30_000, timeoutMs: 10_000, slidingWindowSize: 8, errorRateThreshold: 0.6, successThreshold: 2 }],
    ['authService', { failureThreshold: 5, recoveryTimeoutMs: 60_000, timeoutMs: 15_000, slidingWindowSize: 12, errorRateThreshold: 0.5, successThreshold: 3 }],
    ['llmService', { failureThreshold: 10, recoveryTimeoutMs: 10_000, timeoutMs: 60_000, slidingWindowSize: 10, errorRateThreshold: 0.4, slowCallThresholdMs: 30_000 }],
    ['clickhouse', { failureThreshold: 4, recoveryTimeoutMs: 45_000, timeoutMs: 20_000, slidingWindowSize: 10, errorRateThreshold: 0.5, successThreshold: 3 }],
    ['redis', { failureThreshold: 5, recoveryTimeoutMs: 20_000, timeoutMs: 5_000, slidingWindowSize: 15, errorRateThreshold: 0.6, successThreshold: 2 }],
    ['environments.development', { failureThreshold: 10, recoveryTimeoutMs: 30_000, halfOpenMaxCalls: 5, timeoutMs: 15_000, slidingWindowSize: 100 }],
    ['environments.staging', { failureThreshold: 8, recoveryTimeoutMs: 60_000, halfOpenMaxCalls: 4, timeoutMs: 12_000 }],
    ['environments.production', { failureThreshold: 5, recoveryTimeoutMs: 120_000, halfOpenMaxCalls: 3, timeoutMs: 10_000 }],
    ['environments.testing', { failureThreshold: 15, recoveryTimeoutMs: 5_000, halfOpenMaxCalls: 10, timeoutMs: 30_000 }],
    ['tiers.critical', { failureThreshold: 3, recoveryTimeoutMs: 15_000, timeoutMs: 5_000 }],
    ['tiers.essential', { failureThreshold: 5, recoveryTimeoutMs: 30_000, timeoutMs: 10_000 }],
    ['tiers.standard', { failureThreshold: 10, recoveryTimeoutMs: 60_000, timeoutMs: 15_000 }],
    ['tiers.experimental', { failureThreshold: 20, recoveryTimeoutMs: 120_000, timeoutMs: 30_000, slidingWindowSize: 20 }],
    ['llm.fast', { failureThreshold: 5, recoveryTimeoutMs: 20_000, timeoutMs: 10_000, slowCallThresholdMs: 3_000 }],
    ['llm.standard', { failureThreshold: 7, recoveryTimeoutMs: 45_000, timeoutMs: 20_000, slowCallThresholdMs: 15_000 }],
    ['llm.slow', { failureThreshold: 3, recoveryTimeoutMs: 60_000, timeoutMs: 30_000, slowCallThresholdMs: 20_000 }],
    ['llm.structured', { failureThreshold: 3, recoveryTimeoutMs: 20_000, timeoutMs: 10_000, slowCallThresholdMs: 5_000 }],
    ['llm.geminiFlash', { failureThreshold: 10, recoveryTimeoutMs: 5_000, timeoutMs: 5_000, slowCallThresholdMs: 1_600, errorRateThreshold: 0.5, maxBackoffMs: 60_000 }],
    ['llm.geminiPro', { failureThreshold: 8, recoveryTimeoutMs: 10_000, timeoutMs: 17_000, slowCallThresholdMs: 5_000, errorRateThreshold: 0.5, maxBackoffMs: 60_000 }],
  ])('of %s', (path, numbers) => {
    expect(at(path)).toMatchObject(numbers);
  });
});

describe('the page', () => {
  const page = readFileSync(new URL('../../docs/presets.md', import.meta.url), 'utf8');

  it.each(paths)('shows every number of %s, and what was repaired', (path) => {
    const { origin, numbers } = presetSources[path] as SourcedPreset;
    const shown = numbers.map(({ value, repair }) => (repair === '' ? String(value) : `**${String(value)}**`));

    expect(page).toContain(`| \`${path}\` | ${origin} | ${shown.join(' | ')} |\n`);
    const repairs = numbers.filter(({ repair }) => repair !== '');
    const rows = repairs.map(({ option, value, legacy, repair }) => `| \`${path}\` | \`${option}\` | ${legacy} | ${String(value)} | ${repair} |\n`);

    expect(rows.filter((row) => !page.includes(row))).toEqual([]);
  });
});
