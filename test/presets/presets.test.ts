import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { getUnifiedCircuitBreakerManager } from '../../src/manager/default-manager.ts';
import { presets, UnifiedServiceCircuitBreakers } from '../../src/presets/index.ts';
import type { Preset } from '../../src/presets/index.ts';
import { breakerWith } from '../support/breaker.ts';
import { BOOM } from '../support/outcomes.ts';
import { everyPreset } from '../support/presets.ts';

const all = new Map(everyPreset());
const at = (path: string): Preset => all.get(path) as Preset;

/** A breaker with a preset, after calls with the outcomes of the pattern: S for success, F for failure. */
async function driven(preset: Preset, pattern: string) {
  const { breaker } = breakerWith(preset);
  for (const result of pattern) await breaker.tryCall(() => (result === 'S' ? 1 : Promise.reject(BOOM)));
  return breaker;
}

describe('presets', () => {
  it('are frozen, and so are their groups', () => {
    const objects = [presets, presets.environments, presets.tiers, presets.llm, ...all.values()];

    expect(objects.every((each) => Object.isFrozen(each))).toBe(true);
  });

  it.each([...all])('%s opens at its number of consecutive failures, and not before', async (_path, preset) => {
    const threshold = preset.failureThreshold as number;

    expect((await driven(preset, 'F'.repeat(threshold - 1))).state).toBe('closed');
    const { state, retryAfterMs } = await driven(preset, 'F'.repeat(threshold));

    expect([state, retryAfterMs]).toEqual(['open', preset.recoveryTimeoutMs]);
  });

  it('have the numbers that the page shows', () => {
    const page = readFileSync(new URL('../../docs/presets.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `([\w.]+)` \| [\w. ]+ \|((?: \*{0,2}[\d.,]+\*{0,2} \|){10})$/gm)];
    const shown = rows.map(([, path, cells]) => [
      path,
      (cells as string).replaceAll(/[*, ]/g, '').split('|').slice(0, -1).map(Number),
    ]);
    const numbers = [...all].map(([path, { burstMs: _burst, ...preset }]) => [
      path,
      Object.values(preset).filter((value) => typeof value === 'number'),
    ]);

    expect(shown).toEqual(numbers);
  });
});

describe('mixed patterns', () => {
  it.each([
    ['canonical', 'FSFSF', 'SFSFS'],
    ['canonical', 'SSSFFF', 'SSSFF'],
    ['database', 'FSFSF', 'FSFF'],
    ['database', 'SSFFF', 'SFF'],
    ['authService', 'SF'.repeat(5), 'FSFSFSFSF'],
    ['llmService', 'SSSSSSFFFF', 'SSSSSSSFFF'],
    ['llmService', 'FFFSSSSSSF', 'FFFFSSSSSS'],
    ['clickhouse', 'SFSFSFSF', 'FSFSFSF'],
    ['redis', 'SSFFFSFFF', 'SSSSFFFF'],
    ['environments.production', 'SF'.repeat(5), 'FSFSFSFSF'],
    ['tiers.critical', 'SFSFSF', 'SFFSF'],
    ['tiers.experimental', 'SF'.repeat(10), 'SF'.repeat(9)],
    ['llm.geminiFlash', 'SSSSSFFFFF', 'SSSSSSFFFF'],
  ])('%s opens after %s and stays closed after %s', async (path, opens, stays) => {
    expect((await driven(at(path), opens)).state).toBe('open');
    expect((await driven(at(path), stays)).state).toBe('closed');
  });
});

afterEach(() => getUnifiedCircuitBreakerManager().dispose());

describe('UnifiedServiceCircuitBreakers', () => {
  it.each([
    ['database', 'getDatabaseCircuitBreaker', presets.database],
    ['auth_service', 'getAuthServiceCircuitBreaker', presets.authService],
    ['llm_service', 'getLlmServiceCircuitBreaker', presets.llmService],
    ['clickhouse', 'getClickhouseCircuitBreaker', presets.clickhouse],
    ['redis', 'getRedisCircuitBreaker', presets.redis],
  ] as const)('returns the breaker "%s" of the default manager, with its preset', (name, getter, preset) => {
    const breaker = UnifiedServiceCircuitBreakers[getter]();
    const numbers = Object.fromEntries(Object.entries(preset).filter(([, value]) => typeof value === 'number'));

    expect(breaker.name).toBe(name);
    expect(getUnifiedCircuitBreakerManager().getCircuitBreaker(name)).toBe(breaker);
    expect(UnifiedServiceCircuitBreakers[getter]()).toBe(breaker);
    expect(breaker.getStatus().config).toMatchObject(numbers);
  });
});
