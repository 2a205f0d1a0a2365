import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isBulkheadFullError, isCircuitBreakerDisposedError, isCircuitBreakerOpenError, UnifiedCircuitBreaker,
  UnifiedCircuitBreakerManager,
} from '../../src/index.ts';
import { schedules } from '../support/commands.ts';
import { Drive, flush } from '../support/drive.ts';
import { runs } from '../support/random.ts';
import { configOf, setups } from '../support/setups.ts';
import type { Setup } from '../support/setups.ts';

const modes = fc.constantFrom('enforce' as const, 'enforce' as const, 'observe' as const, 'off' as const);
/** Few slots that are soon free again, so that bulkheads are full for a while and for ever. */
const slots = fc.constantFrom(null, 1, 2, 3);
const abandonment = fc.constantFrom(5, 40, Number.POSITIVE_INFINITY);

/** A drive whose breaker is registered in a manager. */
class Registered extends Drive {
  readonly manager = new UnifiedCircuitBreakerManager();
  override readonly breaker: UnifiedCircuitBreaker;

  constructor(setup: Setup, config: object) {
    super(setup);
    const { name, ...rest } = { ...configOf(setup, this.clock), ...config };
    this.breaker = this.manager.createCircuitBreaker(name, rest);
  }
}

/** An expired probe may be judged as neutral, and its reopening may draw a shorter wait than reads assume. */
function isOverdue(breaker: UnifiedCircuitBreaker): boolean {
  const circuit = UnifiedCircuitBreaker.circuitOf(breaker);
  const { state } = circuit;
  return state.name === 'half_open' && [...state.probes].some(({ endsAt }) => endsAt <= circuit.now());
}

/** What explain() must say of a rejection. */
function reasonIn(text: string, error: unknown, breaker: UnifiedCircuitBreaker): boolean {
  if (isCircuitBreakerDisposedError(error)) return text.includes('is disposed');
  if (isBulkheadFullError(error)) return /slots \(`maxConcurrent`\) are taken.*, so the next call is/.test(text);
  if (!isCircuitBreakerOpenError(error)) return false;
  if (breaker.override !== null) return text.includes('is forced open') && text.includes(error.reason);
  const state = error.state === 'open' ? 'is open' : 'is half-open';
  return text.includes(state) && !text.includes('admitted as a probe');
}

async function rejectionOf(breaker: UnifiedCircuitBreaker): Promise<unknown> {
  let ran = false;
  const settled = await breaker.tryCall(() => {
    ran = true;
  });
  return ran ? null : settled.error;
}

describe('everything that can be read', { timeout: 120_000 }, () => {
  it('says what the next call gets, in every state, mode and override', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        setups, modes, slots, abandonment, schedules(30), fc.nat(9),
        async (setup, mode, maxConcurrent, maxAbandonedMs, commands, disposing) => {
          const drive = new Registered(setup, { mode, maxConcurrent, maxAbandonedMs });
          const { breaker, manager } = drive;
          for (const command of commands) await drive.apply(command);
          if (disposing === 0) breaker.dispose();
          const overdue = isOverdue(breaker);

          const can = breaker.canExecute();
          const { retryAfterMs } = breaker;
          const status = breaker.getStatus();
          const text = breaker.explain();
          const summary = manager.getHealthSummary();
          const error = await rejectionOf(breaker);
          await flush();

          seen.add(error === null ? 'admitted' : (error as Error).name);
          expect(overdue || can === (error === null)).toBe(true);
          expect(retryAfterMs === 0).toBe(can);
          expect(status.retryAfterMs).toBe(Number.isFinite(retryAfterMs) ? retryAfterMs : null);
          expect(status.isHealthy).toBe(can && status.state === 'closed');
          expect(status.health.status === 'healthy').toBe(status.isHealthy);
          expect(summary.healthyCircuitBreakers).toBe(status.isHealthy ? 1 : 0);
          const condition = Object.entries(summary.conditions).find(([, names]) => names.length > 0)?.[0];
          expect(['closed', 'forced_closed'].includes(String(condition))).toBe(status.isHealthy);
          const isExplained = error === null || overdue || reasonIn(text, error, breaker);
          expect(text).not.toMatch(/ {2}|undefined|NaN/);
          expect([text, isExplained]).toEqual([text, true]);
        },
      ),
      { numRuns: runs(600) },
    );

    expect([...seen].toSorted()).toEqual(
      ['BulkheadFullError', 'CircuitBreakerDisposedError', 'CircuitBreakerOpenError', 'admitted'],
    );
  });

  it('counts each rejection by what rejected it', async () => {
    await fc.assert(
      fc.asyncProperty(setups, slots, schedules(40), async (setup, maxConcurrent, commands) => {
        const drive = new Drive(setup, { config: { maxConcurrent } });
        const counted = { open: 0, half_open_full: 0, bulkhead: 0, forced: 0 };
        drive.breaker.on('rejected', ({ error }) => {
          const forced = drive.breaker.override === null ? 'open' : 'forced';
          const kind = isBulkheadFullError(error) ? 'bulkhead' : error.state === 'open' ? forced : 'half_open_full';
          counted[kind] += 1;
        });
        drive.breaker.on('reset', () => {
          Object.assign(counted, { open: 0, half_open_full: 0, bulkhead: 0, forced: 0 });
        });

        for (const command of commands) await drive.apply(command);

        expect(drive.breaker.getMetrics().rejections).toEqual(counted);
      }),
      { numRuns: runs(200) },
    );
  });

  it('tells of every change of state, also by a restored snapshot', async () => {
    await fc.assert(
      fc.asyncProperty(setups, schedules(30), schedules(10), async (setup, before, after) => {
        const source = new Drive(setup);
        for (const command of before) await source.apply(command);
        const saved = source.breaker.snapshot();
        const drive = new Registered(setup, {});
        const { breaker, manager } = drive;
        let [state, override] = [breaker.snapshot().state as string, breaker.override];
        breaker.on('stateChange', ({ from, to }) => {
          expect(from).toBe(state);
          state = to;
        });
        breaker.on('override', (event) => void (override = event.override));

        for (const command of after) await drive.apply(command);
        manager.restore({ version: 1, breakers: [saved], keyed: [] });

        expect([state, override]).toEqual([breaker.snapshot().state, breaker.override]);
      }),
      { numRuns: runs(200) },
    );
  });
});
