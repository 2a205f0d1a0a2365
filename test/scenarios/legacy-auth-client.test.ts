import { describe, expect, it } from 'vitest';
import { AuthCircuitBreakerManager } from '../../src/compat/auth-client/index.ts';
import { isCircuitBreakerOpenError } from '../../src/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';
import type { TestRuntime } from '../compat/support/agreement.ts';
import { BOOM, deferred, errorOf, fail, succeed } from '../support/outcomes.ts';

interface Client extends TestRuntime {
  readonly auth: AuthCircuitBreakerManager;
}

function clientIn(environment: string): Client {
  const runtime = testRuntime();
  return { ...runtime, auth: new AuthCircuitBreakerManager(environment, runtime) };
}

/** What a web server answers: a good token, a bad one, or that it does not know. */
async function answer(auth: AuthCircuitBreakerManager, validate: () => Promise<string>): Promise<number> {
  try {
    await auth.callWithBreaker(validate);
    return 200;
  } catch (error) {
    return (error as { readonly statusCode?: number; readonly status?: number }).statusCode ?? (error as { readonly status?: number }).status ?? 500;
  }
}

/** LEGACY 5, the rows about the authentication service, and its incidents 6.3 and 6.8. */
describe('the authentication client of the earlier code base', () => {
  it('52: open, 10 s later one good request closes it, where one success is enough', async () => {
    const { auth, clock } = clientIn('development');
    await fail(auth.circuitBreaker, 15);
    clock.advance(10_000);
    await auth.callWithBreaker(() => 'user');

    expect(auth.circuitBreaker.state).toBe('closed');
  });

  it('52: where two successes are wanted, the first one does not close it', async () => {
    const { auth, clock } = clientIn('production');
    await fail(auth.circuitBreaker, 8);
    clock.advance(30_000);
    await succeed(auth.circuitBreaker);
    const after = [auth.circuitBreaker.state];
    await succeed(auth.circuitBreaker);

    expect([...after, auth.circuitBreaker.state]).toEqual(['half_open', 'closed']);
  });

  it.each(['development', 'production'])('58: a single error opens nothing, and nothing is open for ever, in %s', async (environment) => {
    const { auth, clock } = clientIn(environment);
    await fail(auth.circuitBreaker);
    const before = auth.circuitBreaker.state;
    auth.circuitBreaker.trip();
    for (let relapse = 0; relapse < 20; relapse += 1) {
      clock.advance(300_000);
      await fail(auth.circuitBreaker);
    }
    clock.advance(300_000);
    await succeed(auth.circuitBreaker, 2);

    expect([before, auth.circuitBreaker.state]).toEqual(['closed', 'closed']);
  });

  it('59: when the configuration is mended, it recovers by itself', async () => {
    const { auth, clock } = clientIn('production');
    let secret = '';
    const validate = (): Promise<string> => (secret === '' ? Promise.reject(new Error('SERVICE_SECRET is not set')) : Promise.resolve('user'));
    for (let call = 0; call < 10; call += 1) await errorOf(auth.callWithBreaker(validate));
    const before = auth.circuitBreaker.state;
    secret = 'mended';
    clock.advance(30_000);

    expect([before, await auth.callWithBreaker(validate), await auth.callWithBreaker(validate), auth.circuitBreaker.state]).toEqual(['open', 'user', 'user', 'closed']);
  });

  it('122: in an outage it opens, the fallback serves, and at its end no herd of probes goes out', async () => {
    const { auth, clock } = clientIn('production');
    const cached = (validate: () => Promise<string>): Promise<string> =>
      auth.callWithBreaker(validate).catch((error: unknown) => {
        if (isCircuitBreakerOpenError(error)) return 'cached user';
        throw error;
      });
    for (let call = 0; call < 8; call += 1) await errorOf(cached(() => Promise.reject(BOOM)));
    const served = await cached(() => Promise.resolve('user'));
    clock.advance(30_000);
    const back = deferred<string>();
    let probes = 0;
    const herd = Array.from({ length: 100 }, () =>
      cached(() => {
        probes += 1;
        return back.promise;
      }),
    );
    back.resolve('user');
    const users = await Promise.all(herd);

    expect([served, probes, users.filter((user) => user === 'user').length, auth.circuitBreaker.state]).toEqual(['cached user', 5, 5, 'closed']);
  });

  it('127: a cached token is good while the circuit is open, and counts as nothing', async () => {
    const { auth } = clientIn('production');
    const tokens = new Map([['good', 'user']]);
    auth.circuitBreaker.trip();
    const user = await auth.callWithBreaker(() => Promise.resolve('fresh user')).catch((error: unknown) => (isCircuitBreakerOpenError(error) ? tokens.get('good') : undefined));

    expect(user).toBe('user');
    expect(auth.circuitBreaker.getMetrics()).toMatchObject({ failedCalls: 0, rejectedCalls: 1 });
  });

  it('6.3: five failures in a row of a cold start, which opened it, leave it closed', async () => {
    const { auth } = clientIn('production');
    await fail(auth.circuitBreaker, 5);
    await succeed(auth.circuitBreaker, 3);

    expect(auth.circuitBreaker.state).toBe('closed');
  });

  it('6.8: while it is open good tokens get 503 and when to come back, and never 401', async () => {
    const { auth, clock } = clientIn('production');
    const good = (): Promise<string> => Promise.resolve('user');
    const bad = (): Promise<string> => Promise.reject(Object.assign(new Error('Invalid or expired token'), { status: 401 }));
    const before = [await answer(auth, good), await answer(auth, bad)];
    await fail(auth.circuitBreaker, 8);
    const during = [await answer(auth, good), await answer(auth, bad)];
    clock.advance(30_000);

    expect([before, during, [await answer(auth, good), await answer(auth, bad)]]).toEqual([
      [200, 401],
      [503, 503],
      [200, 401],
    ]);
  });
});
