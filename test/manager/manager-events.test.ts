import { describe, expect, it } from 'vitest';
import { managerWith } from '../support/manager.ts';
import { BOOM, fail, succeed } from '../support/outcomes.ts';

describe('the events of a manager', () => {
  it('are those of all its breakers, earlier, later and keyed, in order', async () => {
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

  it('are also heard when somebody starts to listen after the breakers were made', async () => {
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

  it('come after the own listeners of a breaker have heard them, and after the state is in place', async () => {
    const { manager } = managerWith({ failureThreshold: 1 });
    const orders = manager.createCircuitBreaker('orders');
    const seen: string[] = [];
    manager.on('stateChange', () => void seen.push(`manager: ${orders.state}`));
    orders.on('stateChange', () => void seen.push(`own: ${orders.state}`));

    await fail(orders);

    expect(seen).toEqual(['own: open', 'manager: open']);
  });

  it('say of the manager itself what it added, removed and reconfigured', () => {
    const { manager, events } = managerWith();
    manager.createCircuitBreaker('orders');
    manager.createPrivateCircuitBreaker('orders');
    manager.reconfigure('orders', { failureThreshold: 3 });
    manager.keyed('tenants').for('acme');
    manager.keyed('tenants').remove('acme');
    manager.removeCircuitBreaker('orders');

    expect(events).toEqual([
      { type: 'added', name: 'orders', keyed: undefined },
      { type: 'added', name: 'orders#2', keyed: undefined },
      { type: 'reconfigured', name: 'orders', options: ['failureThreshold'] },
      { type: 'added', name: 'tenants:acme', keyed: { group: 'tenants', key: 'acme' } },
      { type: 'removed', name: 'tenants:acme', keyed: { group: 'tenants', key: 'acme' }, reason: 'removed' },
      { type: 'removed', name: 'orders', keyed: undefined, reason: 'removed' },
    ]);
  });

  it('are isolated: a listener that throws or rejects changes nothing, and is reported', async () => {
    const { manager, internalErrors, events } = managerWith();
    const orders = manager.createCircuitBreaker('orders');
    manager.on('success', () => {
      throw BOOM;
    });
    manager.on('success', () => Promise.reject(BOOM));

    await succeed(orders);
    await Promise.resolve();

    expect(internalErrors).toEqual([BOOM, BOOM]);
    expect(events.map(({ type }) => type)).toEqual(['added', 'success']);
  });

  it('may lead to calls of the manager: what they cause is heard after what caused it', () => {
    const { manager } = managerWith();
    const seen: string[] = [];
    manager.on('added', ({ name }) => {
      if (name === 'orders') manager.createCircuitBreaker('stock');
    });
    manager.on('added', ({ name }) => void seen.push(name));

    manager.createCircuitBreaker('orders');

    expect(seen).toEqual(['orders', 'stock']);
  });

  it('end with the manager', async () => {
    const { manager, events } = managerWith();
    const orders = manager.createCircuitBreaker('orders');
    manager.dispose();
    events.length = 0;
    manager.on('success', () => {});

    await fail(orders);

    expect(events).toEqual([]);
  });

  it.each([
    ['stateChanged', () => {}, "Expected `event` to be 'stateChange' or"],
    ['added', 5, 'Expected `listener` to be a function, got 5'],
  ])('are %s or another known name, and need a listener', (event, listener, problem) => {
    expect(() => managerWith().manager.on(event as never, listener as never)).toThrow(problem);
  });
});
