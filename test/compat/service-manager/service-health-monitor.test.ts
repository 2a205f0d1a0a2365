import { describe, expect, it, vi } from 'vitest';
import { ServiceHealthMonitor, ServiceHealthStatus } from '../../../src/compat/service-manager/index.ts';
import type { ServiceHealthCheck } from '../../../src/compat/service-manager/index.ts';
import { FakeClock } from '../../../src/testing/index.ts';
import { BOOM, deferred } from '../../support/outcomes.ts';

const setup = (): { readonly clock: FakeClock; readonly monitor: ServiceHealthMonitor } => {
  const clock = new FakeClock({ wall: 1_000 });
  return { clock, monitor: new ServiceHealthMonitor({ clock }) };
};

describe('the ServiceHealthMonitor', () => {
  it.each<{ readonly answer: unknown; readonly status: string; readonly message: string; readonly details?: object }>([
    { answer: true, status: 'healthy', message: 'Service is healthy' },
    { answer: { status: 'healthy', message: 'fine', details: { version: 3 } }, status: 'healthy', message: 'fine', details: { version: 3 } },
    { answer: false, status: 'unhealthy', message: 'Service is unhealthy' },
    { answer: { status: 'unhealthy' }, status: 'unhealthy', message: 'Service is unhealthy' },
    { answer: { status: 'slow' }, status: 'degraded', message: 'Service status unclear' },
    { answer: null, status: 'degraded', message: 'Service status unclear' },
    { answer: 'yes', status: 'degraded', message: 'Service status unclear' },
  ])('takes $answer for $status', async ({ answer, status, message, details = {} }) => {
    const { monitor } = setup();
    monitor.registerService('orders', (() => answer) as ServiceHealthCheck, 'https://orders.example');

    expect(await monitor.checkServiceHealth('orders')).toMatchObject({ name: 'orders', endpoint: 'https://orders.example', status, message, details });
  });

  it.each<{ readonly title: string; readonly check: ServiceHealthCheck; readonly message: string }>([
    { title: 'rejects', check: () => Promise.reject(BOOM), message: 'Health check failed: boom' },
    {
      title: 'throws',
      check: () => {
        throw 'no';
      },
      message: 'Health check failed: no',
    },
  ])('takes a check that $title for unhealthy', async ({ check, message }) => {
    const { monitor } = setup();
    monitor.registerService('orders', check);

    expect(await monitor.checkServiceHealth('orders')).toMatchObject({ status: 'unhealthy', message });
  });

  it('gives a check 30 seconds, and measures how long it takes', async () => {
    const { monitor, clock } = setup();
    const answer = deferred<boolean>();
    monitor.registerService('slow', () => answer.promise);
    const first = monitor.checkServiceHealth('slow');
    await clock.advanceAsync(29_999);
    answer.resolve(true);
    expect(await first).toMatchObject({ status: 'healthy', metrics: { responseTimeMs: 29_999 }, lastUpdated: new Date(30_999) });
    monitor.registerService('hung', () => deferred<boolean>().promise);
    const second = monitor.checkServiceHealth('hung');
    expect([clock.timers, clock.holdingTimers]).toEqual([1, 0]);
    await clock.advanceAsync(30_000);

    expect(await second).toMatchObject({ status: 'unhealthy', message: 'Health check timed out', metrics: { responseTimeMs: 30_000, consecutiveFailures: 1 } });
    expect(clock.timers).toBe(0);
  });

  it('takes rates from all of the last 1 000 clear answers, and runs from their end', async () => {
    const { monitor, clock } = setup();
    let answer: boolean | null = true;
    monitor.registerService('orders', (() => answer) as ServiceHealthCheck);
    const check = async (next: boolean | null, times = 1): Promise<void> => {
      answer = next;
      for (let time = 0; time < times; time += 1) await monitor.checkServiceHealth('orders');
    };
    const metrics = (): unknown => monitor.getServiceHealth('orders')?.metrics;
    expect(metrics()).toEqual({ responseTimeMs: 0, errorRatePercent: 0, successRatePercent: 100, lastCheckTime: null, consecutiveFailures: 0, consecutiveSuccesses: 0 });

    await check(true, 2);
    await check(false);
    await check(true);
    clock.advance(500);
    await check(null);
    expect(metrics()).toEqual({ responseTimeMs: 0, errorRatePercent: 25, successRatePercent: 75, lastCheckTime: new Date(1_500), consecutiveFailures: 0, consecutiveSuccesses: 1 });
    await check(false, 1_000);
    expect(metrics()).toMatchObject({ errorRatePercent: 100, successRatePercent: 0, consecutiveFailures: 1_000, consecutiveSuccesses: 0 });
  });

  it.each([
    [[], 'unknown'],
    [[true, true], 'healthy'],
    [[true, undefined], 'unknown'],
    [[true, null, undefined], 'degraded'],
    [[true, null, false], 'unhealthy'],
  ])('after the answers %j is %s', async (answers, overallStatus) => {
    const { monitor } = setup();
    for (const [index, answer] of answers.entries()) {
      monitor.registerService(String(index), (() => answer) as ServiceHealthCheck);
      if (answer !== undefined) await monitor.checkServiceHealth(String(index));
    }
    const count = (answer: unknown): number => answers.filter((one) => one === answer).length;

    expect(monitor.getHealthSummary()).toEqual({ totalServices: answers.length, healthy: count(true), degraded: count(null), unhealthy: count(false), unknown: count(undefined), overallStatus });
  });

  it('asks all at the start and every 30 seconds, side by side, until it is stopped', async () => {
    const { monitor, clock } = setup();
    const check = vi.fn<() => boolean>(() => true);
    monitor.registerService('hung', () => deferred<boolean>().promise);
    monitor.registerService('orders', check);
    monitor.start();
    monitor.start();
    await clock.advanceAsync(0);
    const atStart = check.mock.calls.length;
    await clock.advanceAsync(59_999);
    const beforeNext = check.mock.calls.length;
    await clock.advanceAsync(1);
    monitor.stop();
    await clock.advanceAsync(600_000);

    expect([atStart, beforeNext, check.mock.calls.length, clock.timers, clock.holdingTimers]).toEqual([1, 1, 2, 0, 0]);
    monitor.start();
    await clock.advanceAsync(0);
    expect(check).toHaveBeenCalledTimes(3);
    monitor.stop();
  });

  it('tells listeners of each answer, and none can disturb it', async () => {
    const { monitor } = setup();
    const heard: string[] = [];
    monitor.addHealthListener(() => {
      throw BOOM;
    });
    const off = monitor.addHealthListener((name, { status }) => heard.push(`${name} ${status}`));
    monitor.registerService('orders', () => true);
    await monitor.checkServiceHealth('orders');
    off();
    await monitor.checkServiceHealth('orders');

    expect(heard).toEqual(['orders healthy']);
  });

  it('gives the answer of a service that was forgotten meanwhile to who asked, and to nobody else', async () => {
    const { monitor } = setup();
    const heard = vi.fn<() => void>();
    const answer = deferred<boolean>();
    monitor.addHealthListener(heard);
    monitor.registerService('orders', () => answer.promise);
    const check = monitor.checkServiceHealth('orders');
    monitor.unregisterService('orders');
    answer.resolve(true);

    expect((await check)?.status).toBe(ServiceHealthStatus.HEALTHY);
    expect(heard).not.toHaveBeenCalled();
    expect([monitor.getServiceHealth('orders'), await monitor.checkServiceHealth('orders'), monitor.getAllServiceHealth()]).toEqual([null, null, {}]);
  });

  it('begins anew with a service that is registered again, and keeps at most 1 000', async () => {
    const { monitor } = setup();
    monitor.registerService('0', () => false);
    await monitor.checkServiceHealth('0');
    monitor.registerService('0', () => true, 'moved');
    expect(monitor.getServiceHealth('0')).toMatchObject({ status: 'unknown', endpoint: 'moved', metrics: { consecutiveFailures: 0 } });
    for (let name = 1; name <= 1_000; name += 1) monitor.registerService(String(name), () => true);

    expect([monitor.getHealthSummary().totalServices, monitor.getServiceHealth('0')]).toEqual([1_000, null]);
  });
});
