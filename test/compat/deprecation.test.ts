import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { insideLegacyName, LEGACY_NAME_CODE, reportLegacyNames, warnOfLegacyName } from '../../src/compat/deprecation.ts';

const emitted = vi.spyOn(process, 'emitWarning');
let fresh = 0;
/** A source that no test has used. */
const source = (): string => `source-${(fresh += 1)}`;

beforeEach(() => void emitted.mockReset().mockImplementation(() => {}));
afterEach(() => {
  reportLegacyNames(null);
  vi.unstubAllGlobals();
});

describe('a legacy name', () => {
  it('is warned of once, with a code, the new name and the anchor of the guide', () => {
    const name = source();
    warnOfLegacyName(name, 'CircuitBreaker', 'UnifiedCircuitBreaker');
    warnOfLegacyName(name, 'CircuitBreaker', 'UnifiedCircuitBreaker');

    expect(emitted.mock.calls).toEqual([
      [
        `CircuitBreaker of unified-circuit-breaker/compat/${name} is a legacy name; use UnifiedCircuitBreaker instead, see docs/migration/from-legacy.md#${name}`,
        { type: 'DeprecationWarning', code: 'UCB_LEGACY_NAME' },
      ],
    ]);
    expect(LEGACY_NAME_CODE).toBe('UCB_LEGACY_NAME');
  });

  it('is told apart from the same name of another source, and from another name', () => {
    const [one, other] = [source(), source()];
    warnOfLegacyName(one, 'CircuitBreaker', 'x');
    warnOfLegacyName(other, 'CircuitBreaker', 'x');
    warnOfLegacyName(other, 'CircuitConfig', 'x');

    expect(emitted).toHaveBeenCalledTimes(3);
  });

  it('that another legacy name uses inside is not warned of, and is later, when the caller uses it', () => {
    const name = source();
    const inside = insideLegacyName(() => {
      warnOfLegacyName(name, 'CircuitConfig', 'x');
      return 'result';
    });
    expect([inside, emitted.mock.calls.length]).toEqual(['result', 0]);
    expect(() => insideLegacyName(() => { throw new Error('boom'); })).toThrow('boom');
    warnOfLegacyName(name, 'CircuitConfig', 'x');

    expect(emitted).toHaveBeenCalledTimes(1);
  });

  it('is passed over in silence where there is no Node, unless asked', () => {
    vi.stubGlobal('process', undefined);
    const browser = vi.spyOn(console, 'warn').mockImplementation(() => {});
    warnOfLegacyName(source(), 'CircuitBreaker', 'x');
    expect(browser).not.toHaveBeenCalled();
    const told: string[] = [];
    reportLegacyNames((message) => void told.push(message));
    warnOfLegacyName(source(), 'CircuitBreaker', 'x');

    expect(told).toHaveLength(1);
  });

  it('changes nothing when the reporter rejects', async () => {
    const rejected = vi.fn<(error: unknown) => void>();
    process.on('unhandledRejection', rejected);
    reportLegacyNames(() => Promise.reject(new Error('boom')));
    warnOfLegacyName(source(), 'CircuitBreaker', 'x');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', rejected);

    expect(rejected).not.toHaveBeenCalled();
  });

  it('changes nothing when the reporter throws', () => {
    reportLegacyNames(() => {
      throw new Error('boom');
    });

    expect(() => warnOfLegacyName(source(), 'CircuitBreaker', 'x')).not.toThrow();
  });
});
