import { describe, expect, it, vi } from 'vitest';
import { managerWith } from '../support/manager.ts';
import { BOOM, fail, succeed } from '../support/outcomes.ts';

describe('the events of a manager', () => {
  it('include those of all breakers, created earlier or later, and of keyed ones', async () => {
    const { manager, events } = managerWith({ failureThreshold: 1 });
    const orders = manager.createCircuitBreaker('orders');
    await succeed(orders);
    const tenant = manager.keyed('tenants').for('acme');
    await fail(tenant);

    expect(events.map(({ type, name }) => [type, name])).toEqual([
      ['added', 'orders'],
      ['success', 'orders'],
      ['added', 'tenants:acme'],
      ['failure', 'tenants:acme'],
      ['stateChange', 'tenants:acme'],
    ]);
  });

  it('reach a listener that subscribes after the breakers were created', async () => {
    const { manager } = managerWith({ failureThreshold: 1 });
    const orders = manager.createCircuitBreaker('orders');
    await succeed(orders);
    const seen: unknown[] = [];
    const off = manager.on('failure', ({ error }) => void seen.push(error));

    await fail(orders);
    off();
    orders.reset();
    await fail(orders);

    expect(seen).toEqual([BOOM]);
  });

  it('come after those of the breaker, and after its state has changed', async () => {
    const { manager } = managerWith({ failureThreshold: 1 });
    const orders = manager.createCircuitBreaker('orders');
    const seen: string[] = [];
    manager.on('stateChange', () => void seen.push(`manager: ${orders.state}`));
    orders.on('stateChange', () => void seen.push(`own: ${orders.state}`));

    await fail(orders);

    expect(seen).toEqual(['own: open', 'manager: open']);
  });

  it('report what the manager added, removed and reconfigured', () => {
    const { manager, events } = managerWith();
    manager.createCircuitBreaker('orders');
    manager.reconfigure('orders', { failureThreshold: 3 });
    manager.keyed('tenants').for('acme');
    manager.keyed('tenants').remove('acme');
    manager.removeCircuitBreaker('orders');

    expect(events).toEqual([
      { type: 'added', name: 'orders', keyed: undefined },
      { type: 'reconfigured', name: 'orders', options: ['failureThreshold'] },
      { type: 'added', name: 'tenants:acme', keyed: { group: 'tenants', key: 'acme' } },
      { type: 'removed', name: 'tenants:acme', keyed: { group: 'tenants', key: 'acme' }, reason: 'removed' },
      { type: 'removed', name: 'orders', keyed: undefined, reason: 'removed' },
    ]);
  });

  it('reach other listeners when one throws or rejects, which is reported', async () => {
    const { manager, internalErrors, events } = managerWith();
    const orders = manager.createCircuitBreaker('orders');
    manager.on('success', () => { throw BOOM; });
    manager.on('success', () => Promise.reject(BOOM));

    await succeed(orders);
    await Promise.resolve();

    expect(internalErrors).toEqual([BOOM, BOOM]);
    expect(events.map(({ type }) => type)).toEqual(['added', 'success']);
  });

  it('print the error of a listener without onInternalError', () => {
    const printed = vi.spyOn(console, 'error').mockReturnValue();
    const { manager } = managerWith({ onInternalError: undefined });
    manager.on('added', () => { throw BOOM; });

    manager.createCircuitBreaker('orders');

    expect(printed.mock.calls).toEqual([['Circuit breaker manager: listener failed', BOOM]]);
    printed.mockRestore();
  });

  it('come in order when a listener calls the manager', () => {
    const { manager } = managerWith();
    const seen: string[] = [];
    manager.on('added', ({ name }) => {
      if (name === 'orders') manager.createCircuitBreaker('stock');
    });
    manager.on('added', ({ name }) => void seen.push(name));

    manager.createCircuitBreaker('orders');

    expect(seen).toEqual(['orders', 'stock']);
  });

  it('end when the manager is disposed', async () => {
    const { manager, events } = managerWith();
    const orders = manager.createCircuitBreaker('orders');
    manager.dispose();
    events.length = 0;
    manager.on('success', () => {});

    await fail(orders);

    expect(events).toEqual([]);
  });

  it.each([
    [
      'the event of a breaker is misspelled',
      'stateChanged',
      () => {},
      '`event` must be the name of an event, such as `stateChange`. Received the string "stateChanged". '
        + 'Did you mean `stateChange`?',
    ],
    [
      'the event of a manager is misspelled',
      'evict',
      () => {},
      '`event` must be the name of an event, such as `stateChange`. Received the string "evict". '
        + 'Did you mean `evicted`?',
    ],
    ['the listener is no function', 'added', 5, '`listener` must be a function. Received 5.'],
  ])('throw at the subscription when %s', (_title, event, listener, problem) => {
    expect(() => managerWith().manager.on(event as never, listener as never)).toThrow(
      `Circuit breaker manager: ${problem}`,
    );
  });
});
