import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HealthStatus } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { schedules } from '../support/commands.ts';
import type { Command } from '../support/commands.ts';
import { Drive } from '../support/drive.ts';
import { runs } from '../support/random.ts';
import { setups } from '../support/setups.ts';
import type { Setup } from '../support/setups.ts';

/** The longest timeout and the longest `trip({ forMs })` of the schedules. */
const LONGEST_TIMEOUT_MS = 30;
const LONGEST_TRIP_MS = 60;
/** What an unhealthy answer adds to a wait. */
const HOLD_MS = 60_000;

/** Everything finite. */
const finite = setups.map((setup) =>
  ({ ...setup, maxBackoffMs: Number.isFinite(setup.maxBackoffMs) ? setup.maxBackoffMs : 200 }));

/** The longest that a circuit can stay open. */
function longestWaitMs({ maxBackoffMs, maxRetryAfterMs }: Setup): number {
  return Math.max(maxBackoffMs, maxRetryAfterMs, LONGEST_TRIP_MS);
}

/** How long the operations of a schedule can hold the circuit up: by their timeouts or leases. */
function longestHoldUpMs({ halfOpenLeaseMs }: Setup): number {
  return Math.max(LONGEST_TIMEOUT_MS + 1_000, halfOpenLeaseMs ?? 60_000);
}

/** How long a window remembers. */
function windowMs({ window }: Setup): number {
  return 'windowMs' in window ? window.windowMs : 0;
}

interface Recovery {
  /** What the operations of the schedule still cost. */
  readonly holdUpMs: number;
  readonly waitMs: number;
  readonly callWell: () => unknown;
}

/**
 * The bound: the hold-up and a wait, with as many good calls as fill the minimum and prove recovery, because the first
 * of them
 * may trip on what the window remembers; then one more wait, with successThreshold good calls.
 */
async function recover(drive: Drive, setup: Setup, { holdUpMs, waitMs, callWell }: Recovery): Promise<void> {
  const { breaker, clock } = drive;
  breaker.release();
  // A clock's step back is seen at the next reading, and time counts from there.
  void breaker.retryAfterMs;
  await clock.advanceAsync(holdUpMs + Math.max(waitMs, windowMs(setup)));
  for (let call = 0; call < setup.minRequestsThreshold + setup.successThreshold; call += 1) await callWell();
  await clock.advanceAsync(waitMs);
  for (let call = 0; call < setup.successThreshold; call += 1) await callWell();
}

/** A breaker after a schedule. */
async function after(commands: readonly Command[], drive: Drive): Promise<Drive> {
  for (const command of commands) await drive.apply(command);
  return drive;
}

const good = (): Promise<string> => Promise.resolve('good');

describe('liveness', { timeout: 30_000 }, () => {
  it('closes within two longest waits once all operations have ended', async () => {
    await fc.assert(
      fc.asyncProperty(finite, schedules(60), async (setup, commands) => {
        const drive = await after(commands, new Drive(setup));

        drive.breaker.release();
        while (drive.running.length > 0) await drive.apply({ do: 'settle', which: 0, ending: 'ignored' });
        await recover(drive, setup,
          { holdUpMs: 0, waitMs: longestWaitMs(setup), callWell: () => drive.breaker.tryCall(good) });

        expect(drive.breaker.state).toBe('closed');
      }),
      { numRuns: runs(200) },
    );
  });

  it('closes within a timeout, a lease and two longest waits although the earlier operations never end', async () => {
    await fc.assert(
      fc.asyncProperty(finite, schedules(60), async (setup, commands) => {
        const drive = await after(commands, new Drive({ ...setup, maxConcurrent: null }));

        await recover(drive, setup, { holdUpMs: longestHoldUpMs(setup), waitMs: longestWaitMs(setup),
          callWell: () => drive.breaker.tryCall(good) });

        expect(drive.breaker.state).toBe('closed');
      }),
      { numRuns: runs(200) },
    );
  });

  it('closes within the same bound for code that asks canExecute() and records', async () => {
    await fc.assert(
      fc.asyncProperty(finite, schedules(60), async (setup, commands) => {
        const drive = await after(commands, new Drive({ ...setup, maxConcurrent: null }));

        const callWell = (): void => {
          if (drive.breaker.canExecute()) drive.breaker.recordSuccess();
        };
        await recover(drive, setup, { holdUpMs: longestHoldUpMs(setup), waitMs: longestWaitMs(setup), callWell });

        expect(drive.breaker.state).toBe('closed');
      }),
      { numRuns: runs(200) },
    );
  });

  it('closes within that bound and maxAbandonedMs when timed-out operations never end', async () => {
    const maxAbandonedMs = 40;
    await fc.assert(
      fc.asyncProperty(finite, schedules(60), async (setup, commands) => {
        // A call without a timeout may stay in flight for ever, and so may a permit.
        const bounded = commands.filter((command) => command.do !== 'acquire'
          && (command.do !== 'call with options' || command.timeoutMs !== null));
        const drive = await after(bounded, new Drive({ ...setup, timeoutMs: 30,
          maxConcurrent: setup.maxConcurrent ?? 2 }, { config: { maxAbandonedMs } }));

        const holdUpMs = longestHoldUpMs(setup) + maxAbandonedMs;
        await recover(drive, setup,
          { holdUpMs, waitMs: longestWaitMs(setup), callWell: () => drive.breaker.tryCall(good) });

        expect(drive.breaker.state).toBe('closed');
      }),
      { numRuns: runs(200) },
    );
  });

  it('closes within the same bound and a hold for each wait, whatever a health check says', async () => {
    const statuses = fc.array(fc.constantFrom<HealthStatus | boolean>('healthy', 'degraded', 'unhealthy', 'critical',
      'unknown', true, false), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        finite,
        schedules(60),
        statuses,
        fc.constantFrom(20, 100, 10_000),
        async (setup, commands, said, intervalMs) => {
          let asked = 0;
          const check = (): HealthStatus | boolean => said[asked++ % said.length] as HealthStatus | boolean;
          const drive = await after(
            commands,
            new Drive({ ...setup, maxConcurrent: null }, { config: { healthCheck: { check, intervalMs } } }),
          );

          const waitMs = longestWaitMs(setup) + HOLD_MS;
          await recover(drive, setup, {
            holdUpMs: longestHoldUpMs(setup),
            waitMs,
            callWell: () => drive.breaker.tryCall(good),
          });

          expect(drive.breaker.state).toBe('closed');
        },
      ),
      { numRuns: runs(40) },
    );
  });

  it('admits a call after exactly retryAfterMs, even if clock and jitter have fractions', async () => {
    const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const share = fc.oneof(fraction, fc.constantFrom(0.25, 0.75));
    const origins = fc.double({ min: 0, max: 1e7, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        setups,
        share,
        origins,
        schedules(15),
        fraction,
        fc.constantFrom(0, 1),
        async (setup, u, now, commands, pause, early) => {
          const drive = await after(
            commands,
            new Drive({ ...setup, share: u, maxConcurrent: null }, { clock: new FakeClock({ now }) }),
          );
          drive.breaker.release();
          drive.breaker.reset();
          drive.breaker.trip();

          const waitMs = drive.breaker.retryAfterMs ?? 0;
          fc.pre(Number.isFinite(waitMs) && waitMs >= early + 1);
          // In two steps, which add up to it but for the rounding.
          drive.clock.advance(pause);
          void drive.breaker.retryAfterMs;
          drive.clock.advance(waitMs - early - pause);

          expect(drive.breaker.retryAfterMs).toBe(early);
          expect(drive.breaker.canExecute()).toBe(early === 0);
          expect(drive.breaker.tryAcquire() !== null).toBe(early === 0);
        },
      ),
      { numRuns: runs(200) },
    );
  });

  it('stays closed from then on while calls are good', async () => {
    await fc.assert(
      fc.asyncProperty(finite, schedules(60), async (setup, commands) => {
        const drive = await after(commands, new Drive({ ...setup, maxConcurrent: null }));
        await recover(drive, setup, { holdUpMs: longestHoldUpMs(setup), waitMs: longestWaitMs(setup),
          callWell: () => drive.breaker.tryCall(good) });

        const opened = drive.breaker.getMetrics().circuitOpenedCount;
        for (let call = 0; call < 20; call += 1) {
          await drive.breaker.call(good);
          await drive.clock.advanceAsync(7);
        }

        expect(drive.breaker.getMetrics().circuitOpenedCount).toBe(opened);
      }),
      { numRuns: runs(200) },
    );
  });
});
