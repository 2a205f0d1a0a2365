import { describe, expect, it, vi } from 'vitest';
import { DockerCircuitBreaker, DockerCircuitBreakerError, DockerCircuitBreakerManager } from '../../../src/compat/docker/index.ts';
import type { DockerCircuitBreakerParts, DockerCommandResult, DockerExecutor } from '../../../src/compat/docker/index.ts';
import { CircuitBreakerOpenError, isCircuitBreakerOpenError } from '../../../src/index.ts';
import { FakeClock } from '../../../src/testing/index.ts';
import { BOOM, errorOf } from '../../support/outcomes.ts';
import { testRuntime } from '../support/agreement.ts';
import type { Driven, TestRuntime } from '../support/agreement.ts';
import { agreeWith } from '../support/own-reference.ts';
import type { Reference } from '../support/own-reference.ts';

const ended = (returncode: number): DockerCommandResult => ({ returncode, stdout: '', stderr: '' });
const make = (parts: DockerCircuitBreakerParts = testRuntime()): DockerCircuitBreaker => new DockerCircuitBreaker('build', {}, parts);

async function play(breaker: DockerCircuitBreaker, word: string): Promise<string[]> {
  const states: string[] = [];
  for (const letter of word) {
    await breaker.call(() => (letter === 'F' ? Promise.reject(BOOM) : ended(0))).catch(() => {});
    states.push(breaker.state);
  }
  return states;
}

/** Three failures in a row open; 30 s later two successes close or three failures open again, whichever is first. */
function reference(): Reference {
  let history: boolean[] = [];
  let openedAt: number | null = null;
  const state = (now: number): ReturnType<Reference['state']> => {
    if (openedAt === null) return 'closed';
    return now - openedAt >= 30_000 ? 'half_open' : 'open';
  };
  return {
    state,
    record(failed, now) {
      const before = state(now);
      if (before === 'open') return;
      history.push(failed);
      const failures = before === 'closed' ? history.length - 1 - history.lastIndexOf(false) : history.filter(Boolean).length;
      const closes = before === 'half_open' && history.filter((each) => !each).length >= 2;
      if (failures >= 3 || closes) {
        openedAt = closes ? null : now;
        history = [];
      }
    },
  };
}

const ofThree = (runtime: TestRuntime): DockerCircuitBreaker => new DockerCircuitBreaker('build', { failureThreshold: 3 }, runtime);
const called = (runtime: TestRuntime): Driven => {
  const breaker = ofThree(runtime);
  return { success: () => play(breaker, 'S'), failure: () => play(breaker, 'F'), state: () => breaker.state };
};
const recorded = (runtime: TestRuntime): Driven => {
  const breaker = ofThree(runtime);
  return { success: () => breaker.recordSuccess(), failure: () => breaker.recordFailure(), state: () => breaker.state };
};

describe('the DockerCircuitBreaker', () => {
  it.each([
    { title: 'opens at the fifth failure in a row', word: 'FFFFSFFFFF', states: [...Array<string>(9).fill('closed'), 'open'] },
    { title: 'stays closed at any error rate', word: 'FFFFSFFFFSFFFFS', states: Array<string>(15).fill('closed') },
  ])('$title', async ({ word, states }) => {
    expect(await play(make(), word)).toEqual(states);
  });

  it.each([
    { title: 'closes at the second success after the wait', word: 'SS', states: ['half_open', 'closed'] },
    { title: 'closes in spite of four failures after the wait', word: 'FFSFFS', states: [...Array<string>(5).fill('half_open'), 'closed'] },
    { title: 'opens again at the fifth failure after the wait, and not before', word: 'FFFSFF', states: [...Array<string>(5).fill('half_open'), 'open'] },
  ])('$title', async ({ word, states }) => {
    const runtime = testRuntime();
    const breaker = make(runtime);
    await play(breaker, 'FFFFF');
    runtime.clock.advance(30_000);

    expect(await play(breaker, word)).toEqual(states);
  });

  it('does what its rules say for any sequence of calls', () => expect(agreeWith(called, reference, [10_000, 30_000, 60_000])).resolves.toBeUndefined());

  it('does what its rules say for any sequence of records', () => expect(agreeWith(recorded, reference, [10_000, 30_000, 60_000])).resolves.toBeUndefined());

  it('is available until it opens, and from the end of the wait on; asking moves nothing', () => {
    const runtime = testRuntime();
    const breaker = make(runtime);
    const seen = [breaker.isAvailable];
    breaker.forceOpen('maintenance');
    seen.push(breaker.isAvailable);
    runtime.clock.advance(29_999);
    seen.push(breaker.isAvailable);
    runtime.clock.advance(1);
    seen.push(breaker.isAvailable);

    expect([...seen, breaker.breaker.state]).toEqual([true, false, false, true, 'open']);
  });

  it('opens by force for the reason given, and closes by force', () => {
    const breaker = make();
    breaker.forceOpen();
    const first = breaker.breaker.explain();
    breaker.forceClose('done');

    expect(first).toContain('Manual intervention');
    expect(breaker.state).toBe('closed');
  });

  it('rejects by its own error, with the legacy message, which outer breakers know', async () => {
    const breaker = make({ ...testRuntime(), execute: () => ended(0) });
    breaker.forceOpen();
    const errors = [await errorOf(breaker.call(() => 1)), await errorOf(breaker.executeDockerCommand(['docker', 'ps']))];

    for (const error of errors) {
      expect(error).toBeInstanceOf(DockerCircuitBreakerError);
      expect(error).toBeInstanceOf(CircuitBreakerOpenError);
      expect(isCircuitBreakerOpenError(error)).toBe(true);
      expect(error).toMatchObject({ name: 'DockerCircuitBreakerError', message: "Circuit breaker 'build' is OPEN - failing fast to prevent cascading failures", retryAfterMs: 30_000 });
    }
  });
});

describe('executeDockerCommand', () => {
  it('runs the command with its timeout in seconds, 30 by default, and gives the result', async () => {
    const execute = vi.fn<DockerExecutor<DockerCommandResult>>(() => ended(0));
    const breaker = make({ ...testRuntime(), execute });

    expect(await breaker.executeDockerCommand(['docker', 'ps'])).toEqual(ended(0));
    await breaker.executeDockerCommand(['docker', 'pull', 'x'], 300);
    await breaker.executeDockerCommand(['docker', 'events'], null);
    expect(execute.mock.calls.map(([command, { timeout }]) => [command, timeout])).toEqual([[['docker', 'ps'], 30], [['docker', 'pull', 'x'], 300], [['docker', 'events'], null]]);
  });

  it('takes another code than 0 for a failure and returns the result all the same', async () => {
    const breaker = make({ ...testRuntime(), execute: () => ended(125) });
    const results = [];
    for (let command = 0; command < 5; command += 1) results.push(await breaker.executeDockerCommand(['docker', 'run']));

    expect([results.map(({ returncode }) => returncode), breaker.state]).toEqual([[125, 125, 125, 125, 125], 'open']);
  });

  it('passes errors unchanged', async () => {
    expect(await errorOf(make({ ...testRuntime(), execute: () => Promise.reject(BOOM) }).executeDockerCommand(['docker', 'ps']))).toBe(BOOM);
  });

  it('gives up after the timeout and aborts the command', async () => {
    const runtime = testRuntime();
    let aborted = false;
    const execute: DockerExecutor<DockerCommandResult> = (_, { signal }) => new Promise(() => signal.addEventListener('abort', () => void (aborted = true)));
    const breaker = make({ ...runtime, execute });
    const error = errorOf(breaker.executeDockerCommand(['docker', 'ps'], 2));
    await runtime.clock.advanceAsync(2_000);

    expect([await error, aborted, breaker.getStats().timeoutRequests]).toEqual([expect.objectContaining({ code: 'ERR_CIRCUIT_TIMEOUT' }), true, 1]);
  });

  it('tells that something to run commands with is missing, and so does the health check', async () => {
    const missing = 'Expected DockerCircuitBreaker "build" to be made with `execute`, which runs docker commands';

    expect(await errorOf(make().executeDockerCommand(['docker', 'ps']))).toEqual(new TypeError(missing));
    expect(await errorOf(make().healthCheck())).toEqual(new TypeError(missing));
  });

  it.each([
    { title: 'an answer', execute: () => ended(0), healthy: true },
    { title: 'another code', execute: () => ended(1), healthy: false },
    { title: 'an error', execute: () => Promise.reject(BOOM), healthy: false },
  ])('is what the health check goes by: $title', async ({ execute, healthy }) => {
    expect(await make({ ...testRuntime(), execute }).healthCheck()).toBe(healthy);
  });
});

describe('the statistics', () => {
  it('are empty at first', () => {
    expect(make().getStats()).toEqual({
      name: 'build', state: 'closed', isAvailable: true, failureCount: 0, successCount: 0, totalRequests: 0, successfulRequests: 0, failedRequests: 0, rejectedRequests: 0,
      timeoutRequests: 0, circuitOpenedCount: 0, successRate: 0, lastFailureTime: null, lastSuccessTime: null, nextAttemptTime: null,
    });
  });

  it('tell rejected commands from failed ones, the rate in percent, and times in ISO 8601', async () => {
    const clock = new FakeClock({ wall: Date.UTC(2025, 0, 1) });
    const breaker = new DockerCircuitBreaker('build', { failureThreshold: 3 }, { clock });
    await play(breaker, 'S');
    clock.advance(1_000);
    await play(breaker, 'FFFFF');
    clock.advance(2_000);

    expect(breaker.getStats()).toEqual({
      name: 'build', state: 'open', isAvailable: false, failureCount: 3, successCount: 0, totalRequests: 6, successfulRequests: 1, failedRequests: 3, rejectedRequests: 2,
      timeoutRequests: 0, circuitOpenedCount: 1, successRate: 25, lastFailureTime: '2025-01-01T00:00:01.000Z', lastSuccessTime: '2025-01-01T00:00:00.000Z',
      nextAttemptTime: '2025-01-01T00:00:31.000Z',
    });
  });

  it('gives what a command gave, also when that is nothing', async () => {
    const breaker = make({ ...testRuntime(), execute: (() => undefined) as unknown as DockerExecutor<DockerCommandResult> });

    expect(await breaker.executeDockerCommand(['docker', 'ps'])).toBeUndefined();
    expect(breaker.getStats()).toMatchObject({ successfulRequests: 1, failedRequests: 0 });
  });
});

describe('the DockerCircuitBreakerManager', () => {
  it('makes a breaker when first asked for, and gives the same later', () => {
    const manager = new DockerCircuitBreakerManager(testRuntime());
    const breaker = manager.getBreaker('build', { failureThreshold: 1 });
    breaker.recordFailure();

    expect(manager.getBreaker('build', { failureThreshold: 9 })).toBe(breaker);
    expect(manager.getBreaker('run').state).toBe('closed');
    expect(Object.entries(manager.getAllStats()).map(([name, { state }]) => [name, state])).toEqual([['build', 'open'], ['run', 'closed']]);
  });

  it('keeps at most 10 000 breakers: the one unused for longest makes room', { timeout: 60_000 }, () => {
    const manager = new DockerCircuitBreakerManager(testRuntime());
    const [first, second] = [manager.getBreaker('0'), manager.getBreaker('1')];
    manager.getBreaker('0');
    for (let name = 2; name <= 10_000; name += 1) manager.getBreaker(String(name));

    expect(Object.keys(manager.getAllStats()).length).toBe(10_000);
    expect([manager.getBreaker('0') === first, manager.getBreaker('1') === second]).toEqual([true, false]);
  });

  it('checks all of them', async () => {
    const manager = new DockerCircuitBreakerManager({ ...testRuntime(), execute: () => ended(0) });
    manager.getBreaker('build').forceOpen();
    manager.getBreaker('run');

    expect(await manager.healthCheckAll()).toEqual({ build: false, run: true });
  });
});
