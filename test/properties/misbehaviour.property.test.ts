import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UnifiedCircuitConfig } from '../../src/index.ts';
import { schedules } from '../support/commands.ts';
import { Drive } from '../support/drive.ts';
import type { Run } from '../support/drive.ts';
import { hostileOptions, hostilities, listenToAll, Reentrant, reentries, wrongly, wrongs } from '../support/hostile.ts';
import { runs } from '../support/random.ts';
import { setups } from '../support/setups.ts';
import type { Setup } from '../support/setups.ts';
import { sightOf } from '../support/sight.ts';

const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);

beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => void process.off('unhandledRejection', note));

/** Ends every operation and lets every deadline pass, then lets Node say which rejections were not handled. */
async function unhandledAfter(drive: Drive): Promise<unknown[]> {
  while (drive.running.length > 0) await drive.apply({ do: 'settle', which: 0, ending: 'failure' });
  await drive.clock.advanceAsync(100);
  await new Promise((resolve) => void setImmediate(resolve));
  return unhandled.splice(0);
}

/** Whether a caller was told the truth: what its operation did, or what ended the call before, or why it never ran. */
function isHonest({ answer, ended }: Run): boolean {
  const cutShort = answer === 'timeout' || answer === 'abort';
  if (ended === null) return cutShort || answer === 'rejected' || answer === 'bulkhead' || answer === 'disposed';
  return cutShort || answer === (ended === 'success' || ended === 'bad value' ? 'value' : 'error');
}

/** Callers that were told something else, or nothing. */
const deceived = (drive: Drive): Run[] => drive.runs.filter((run) => run.kind === 'call' && !isHonest(run));

const PLACES = ['listener', 'operation', 'classifier', 'backoff', 'random', 'trip policy', 'health check',
  'handler of internal errors'] as const;

/** A breaker's options with a piece of user code that calls the breaker, and otherwise behaves. */
function reentryAt(place: (typeof PLACES)[number], { act }: Reentrant): Partial<UnifiedCircuitConfig> {
  const acting =
    <T>(answer: T) =>
    (): T => {
      act();
      return answer;
    };
  switch (place) {
    case 'listener':
    case 'operation':
      return {};
    case 'classifier':
      return { classify: (result) => acting(result.status)(), ignoreErrors: undefined, isFailure: undefined };
    case 'backoff':
      return { backoff: acting(10) };
    case 'random':
      return { random: acting(0.5), jitter: 'equal' };
    case 'trip policy':
      return { tripPolicy: { shouldTrip: acting('mine'), clear: act } };
    case 'health check':
      return { healthCheck: { check: acting(true), intervalMs: 3 } };
    case 'handler of internal errors':
      return { backoff: () => Number.NaN, onInternalError: act };
  }
}

/** State changes that do not start where the one before ended. */
function brokenLinks(changes: readonly { readonly from: string; readonly to: string }[]): unknown[] {
  return changes.filter(({ from }, at) => from !== (at === 0 ? 'closed' : changes[at - 1]?.to));
}

describe('user code that misbehaves', { timeout: 30_000 }, () => {
  it('changes no result, state, deadline or figure', async () => {
    await fc.assert(
      fc.asyncProperty(setups, schedules(40), hostilities, async (setup, commands, hostility) => {
        const { hostile, tame } = hostileOptions(hostility, setup);
        const judge = hostility.judge === null ? setup.judge : 'default';
        const victim = new Drive({ ...setup, judge }, { config: hostile });
        const calm = new Drive({ ...setup, judge }, { config: tame });
        if (hostility.listener !== null) listenToAll(victim.breaker, wrongly(hostility.listener));

        for (const command of commands) {
          await victim.apply(command);
          await calm.apply(command);

          expect(sightOf(victim.breaker)).toEqual(sightOf(calm.breaker));
          expect(victim.runs.map(({ answer }) => answer)).toEqual(calm.runs.map(({ answer }) => answer));
        }

        expect(await unhandledAfter(victim)).toEqual([]);
      }),
      { numRuns: runs(200) },
    );
  });

  it('tells every caller the truth when `random` does wrong', async () => {
    await fc.assert(
      fc.asyncProperty(setups, schedules(40), wrongs, async (setup, commands, wrong) => {
        const drive = new Drive({ ...setup, jitter: 'equal' }, { config: { random: wrongly<() => number>(wrong) } });

        for (const command of commands) await drive.apply(command);
        const rejections = await unhandledAfter(drive);

        expect(rejections).toEqual([]);
        expect(deceived(drive)).toEqual([]);
        expect(drive.breaker.getMetrics()).toMatchObject({ inFlight: 0, abandoned: 0 });
      }),
      { numRuns: runs(200) },
    );
  });

  it('leaves every caller with the truth, and nothing behind, when it calls the breaker from inside', async () => {
    await fc.assert(
      fc.asyncProperty(
        setups,
        schedules(40),
        fc.constantFrom(...PLACES),
        fc.array(reentries, { minLength: 1, maxLength: 5 }),
        async (setup, commands, place, acts) => {
          const reentrant = new Reentrant(acts);
          const config = reentryAt(place, reentrant);
          const judged: Setup = { ...setup, judge: place === 'classifier' ? 'default' : setup.judge };
          const drive = new Drive(judged, {
            config,
            ...(place === 'operation' && { insideOperations: reentrant.act }),
          });
          reentrant.breaker = drive.breaker;
          const before: unknown[] = [];
          const after: unknown[] = [];
          drive.breaker.on('stateChange', ({ from, to, reason }) => void before.push({ from, to, reason }));
          if (place === 'listener') listenToAll(drive.breaker, reentrant.act);
          drive.breaker.on('stateChange', ({ from, to, reason }) => void after.push({ from, to, reason }));

          for (const command of commands) await drive.apply(command);
          reentrant.breaker = null;
          const rejections = await unhandledAfter(drive);

          expect(rejections).toEqual([]);
          expect(deceived(drive)).toEqual([]);
          expect(drive.breaker.getMetrics()).toMatchObject({ inFlight: 0, abandoned: 0 });
          // A listener that disposes of the breaker is the last one that is called.
          expect(acts.includes('dispose') ? before : after).toEqual(before);
          expect(brokenLinks(before as { from: string; to: string }[])).toEqual([]);
        },
      ),
      { numRuns: runs(200) },
    );
  });
});
