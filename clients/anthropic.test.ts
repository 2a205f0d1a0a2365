import Anthropic, { type ClientOptions } from '@anthropic-ai/sdk';
import { afterAll, describe, expect, it } from 'vitest';
import { llm, verdictOf } from '../src/profiles/index.ts';
import { SLOW_MS, startLlm } from './support/llm-server.ts';
import { closedPort } from './support/loopback.ts';
import { describeClient } from './support/matrix.ts';
import { eachOf, streamEnd, streamOutcome, type StreamSetup, verdictOn } from './support/outcomes.ts';

const server = await startLlm();
const closed = await closedPort();
afterAll(() => server.close());

const connect = (options: ClientOptions = {}) =>
  new Anthropic({ baseURL: server.url, apiKey: 'test', maxRetries: 0, ...options });

const client = connect();
const messages = [{ role: 'user' as const, content: 'Hello' }];
const question = (model: string) => ({ model, max_tokens: 10, messages });

/** Asks a model, which says how the call ends. */
function ask(model: string, signal?: AbortSignal, from = client) {
  return from.messages.create(question(model), { signal });
}

const asks = (...models: readonly string[]) => eachOf(models, (model) => ask(model));

describeClient({
  name: '@anthropic-ai/sdk 1.14',
  profileName: 'llm()',
  profile: llm(),
  situations: {
    'request error': asks('400', '400 of a tool', '401', '403', '404', '409', '413', '422'),
    'server error': asks('500', '503'),
    overload: asks('429', '529'),
    'wait 2 s': asks('429 seconds', '429 milliseconds', '429 date', '429 reset'),
    refused: () => ask('good', undefined, connect({ baseURL: `http://127.0.0.1:${closed}` })),
    reset: () => ask('reset'),
    hang: (signal) => ask('hang', signal),
    'own timeout': () => ask('hang', undefined, connect({ timeout: 100 })),
    abort: (signal) => ask('hang', signal),
  },
});

describe('errors of Anthropic', () => {
  it.each(['429 spend', '402', '400 credit'])('waits for the quota when it is exhausted: %s', async (model) => {
    const profile = llm({ quotaWaitMs: 900_000 });

    expect(await verdictOn(ask(model), profile)).toMatchObject({ retryAfterMs: 900_000 });
  });

  it('ignores a call that the caller aborts when the breaker does not have the signal', async () => {
    expect(await verdictOn(ask('hang', AbortSignal.timeout(50)), llm())).toBe('ignored');
  });

  it('counts an answer as a success', async () => {
    expect(verdictOf({ status: 'success', value: await ask('good') }, llm())).toBe('success');
  });
});

const APIS = {
  'messages.create()': (model: string) => (signal: AbortSignal) =>
    client.messages.create({ ...question(model), stream: true }, { signal }),
  'messages.stream()': (model: string) => (signal: AbortSignal) => client.messages.stream(question(model), { signal }),
};

describe.each(Object.entries(APIS))('streams of Anthropic: %s', (_api, open) => {
  const outcome = (model: string, more: Partial<StreamSetup> = {}) =>
    streamOutcome({ profile: llm(), open: open(model), ...more });

  it.each([
    ['success', 'good'],
    ['failure', 'stream error'],
    ['failure', 'stream cut'],
    ['ignored', 'stream of a wrong request'],
    ['failure', '529'],
    ['failure', '429 seconds'],
    ['ignored', '400'],
  ])('counts as %s when it ends with: %s', async (expected, model) => {
    expect(await outcome(model)).toBe(expected);
  });

  it('measures the time to the first content', async () => {
    const { latencyMs } = await streamEnd({ profile: llm(), open: open('stream slow') });

    expect(latencyMs).toBeGreaterThan(SLOW_MS / 2);
  });

  it('opens the circuit for the wait that is asked for, if the profile says so', async () => {
    const { waitMs } = await streamEnd({ profile: llm({ onRetryAfter: 'open' }), open: open('429 seconds') });

    expect(waitMs).toBeGreaterThan(0);
    expect(waitMs).toBeLessThanOrEqual(2_000);
  });

  it('times out when it stalls', async () => {
    expect(await outcome('stream stall', { timeoutMs: 200 })).toBe('timeout');
  });

  it('is a success when the consumer leaves', async () => {
    expect(await outcome('stream stall', { leavesAfter: 2 })).toBe('success');
  });
});
