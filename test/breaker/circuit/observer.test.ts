import { describe, expect, it } from 'vitest';
import type { Gate, Observer } from '../../../src/breaker/circuit/observer.ts';
import { UnifiedCircuitBreaker } from '../../../src/index.ts';
import type { CircuitEvents } from '../../../src/index.ts';
import { silentBreakerWith } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { never, readyToProbe } from '../../support/calls.ts';
import { BOOM, fail, succeed } from '../../support/outcomes.ts';

/** A breaker with an observer that notes all that it is told. */
function observed(options: Options = {}, kinds: readonly (keyof CircuitEvents)[] = ['stateChange', 'success']) {
  const seen: unknown[] = [];
  const made = silentBreakerWith(options);
  const circuit = UnifiedCircuitBreaker.circuitOf(made.breaker);
  const emit = (kind: keyof CircuitEvents): void => void seen.push(kind);
  const observer: Observer = { hasListeners: true, has: (kind) => kinds.includes(kind), emit };
  return { ...made, circuit, observer, seen };
}

describe('an observer', () => {
  it('gets the events that it asks for, after the listeners of the breaker', async () => {
    const { breaker, circuit, observer, seen } = observed({ failureThreshold: 1 });
    breaker.on('success', () => seen.push('listener'));
    circuit.attach(observer);

    await succeed(breaker);
    await fail(breaker);

    expect(seen).toEqual(['listener', 'success', 'stateChange']);
  });

  it('gets events of a breaker without listeners, also of one that is attached later', async () => {
    const { breaker, circuit, observer, seen } = observed();
    await succeed(breaker);
    circuit.attach(observer);

    await succeed(breaker);

    expect(seen).toEqual(['success']);
  });

  it.each<[string, (made: ReturnType<typeof observed>) => void]>([
    ['detach()', ({ circuit }) => circuit.detach()],
    ['dispose()', ({ breaker }) => breaker.dispose()],
  ])('is told nothing after %s', async (_what, leave) => {
    const made = observed({ failureThreshold: 1 });
    const { breaker, circuit, observer, seen } = made;
    circuit.attach(observer);

    leave(made);
    await breaker.tryCall(() => 'fine');
    await breaker.tryCall(() => Promise.reject(BOOM));

    expect(seen).toEqual([]);
  });

  it('is replaced by another one', async () => {
    const { breaker, circuit, observer, seen } = observed();
    circuit.attach(observer);
    circuit.attach({ ...observer, emit: () => void seen.push('other') });

    breaker.trip();

    expect(seen).toEqual(['other']);
  });

  it('leaves a breaker that works when it is detached, without its health check', async () => {
    const { breaker, clock, circuit, observer } = observed({ healthCheck: { check: never }, failureThreshold: 1 });
    let moves = 0;
    breaker.on('stateChange', () => (moves += 1));
    circuit.attach(observer);

    circuit.detach();
    await fail(breaker);

    expect([breaker.state, moves, clock.timers - 1]).toEqual(['open', 1, 0]);
  });
});

describe('a gate', () => {
  const closedGate = { admitsProbe: () => false } satisfies Gate;

  it('decides with the time of the call whether a probe may start', async () => {
    const { breaker, clock, circuit, observer } = observed({ successThreshold: 2 });
    circuit.attach(observer, { admitsProbe: (now) => now > 60_000 });
    readyToProbe({ breaker, clock, internalErrors: [] });

    const first = await breaker.tryCall(() => 'fine');
    const before = breaker.state;
    clock.advance(5);
    const second = await breaker.tryCall(() => 'fine');

    const unknownWait = { code: 'ERR_CIRCUIT_OPEN', retryAfterMs: Number.POSITIVE_INFINITY };
    expect(first).toMatchObject({ status: 'rejected', error: unknownWait });
    expect([before, second.status, breaker.state]).toEqual(['open', 'success', 'half_open']);
  });

  it('holds reads back, too, which then know no time', () => {
    const { breaker, circuit, observer } = readyToProbe(observed());
    const reads = (): unknown[] => [breaker.canExecute(), breaker.retryAfterMs, breaker.getStatus().retryAfterMs];
    const without = reads();

    circuit.attach(observer, closedGate);

    expect([without, reads()]).toEqual([[true, 0, 0], [false, Number.POSITIVE_INFINITY, null]]);
  });

  it('rejects further probes of a half-open circuit as if all were running', async () => {
    const { breaker, circuit, observer } = readyToProbe(observed());
    await succeed(breaker);
    circuit.attach(observer, closedGate);

    const settled = await breaker.tryCall(() => 'fine');

    expect(settled).toMatchObject({ status: 'rejected', error: { state: 'half_open', reason: 'half_open_full' } });
    expect(breaker.getMetrics()).toMatchObject({ rejectedCalls: 1, successfulCalls: 1 });
  });

  it('is asked for permits and records too', () => {
    const { breaker, circuit, observer } = readyToProbe(observed());
    circuit.attach(observer, closedGate);
    const permit = breaker.tryAcquire();
    breaker.recordSuccess();

    expect([permit, breaker.state]).toEqual([null, 'open']);
    expect(breaker.getMetrics()).toMatchObject({ rejectedCalls: 1, successfulCalls: 1, windowCount: 0 });
  });

  it('is not asked while closed, under an override or before the deadline', async () => {
    const { breaker, circuit, observer } = observed();
    let asked = 0;
    circuit.attach(observer, { admitsProbe: () => (asked += 1) > 0 });

    await succeed(breaker);
    breaker.trip();
    await breaker.tryCall(() => 'rejected');
    breaker.forceClose();
    await succeed(breaker);

    expect(asked).toBe(0);
  });

  it('is open again after detach()', async () => {
    const { breaker, circuit, observer } = readyToProbe(observed({ successThreshold: 1 }));
    circuit.attach(observer, closedGate);
    circuit.detach();
    await succeed(breaker);

    expect(breaker.state).toBe('closed');
  });
});
