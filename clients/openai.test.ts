import OpenAI, { type ClientOptions } from 'openai';
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
  new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'test', maxRetries: 0, ...options });

const client = connect();

/** Completes a chat. The model says how it ends. */
function chat(model: string, signal?: AbortSignal, from = client) {
  return from.chat.completions.create({ model, messages: [{ role: 'user', content: 'Hello' }] }, { signal });
}

const chats = (...models: readonly string[]) => eachOf(models, (model) => chat(model));

describeClient({
  name: 'openai 6.49',
  profileName: 'llm()',
  profile: llm(),
  situations: {
    'request error': chats('400', '400 of a tool', '401', '403', '404', '409', '413', '422'),
    'server error': chats('500', '503'),
    overload: chats('429'),
    'wait 2 s': chats('429 seconds', '429 milliseconds', '429 date', '429 reset'),
    refused: () => chat('good', undefined, connect({ baseURL: `http://127.0.0.1:${closed}/v1` })),
    reset: () => chat('reset'),
    hang: (signal) => chat('hang', signal),
    'own timeout': () => chat('hang', undefined, connect({ timeout: 100 })),
    abort: (signal) => chat('hang', signal),
  },
});

describe('errors of OpenAI', () => {
  it.each(['429 quota', '429 spend', '402'])('waits for the quota when it is exhausted: %s', async (model) => {
    const profile = llm({ quotaWaitMs: 900_000 });

    expect(await verdictOn(chat(model), profile)).toMatchObject({ retryAfterMs: 900_000 });
  });

  it('ignores a call that the caller aborts when the breaker does not have the signal', async () => {
    expect(await verdictOn(chat('hang', AbortSignal.timeout(50)), llm())).toBe('ignored');
  });

  it.each(['length', 'content_filter'])('ignores an answer that ends too early: %s', async (model) => {
    const schema = { name: 'answer', strict: true, schema: { type: 'object' } };
    const format = { type: 'json_schema' as const, json_schema: schema };
    const call = client.chat.completions.parse({ model, messages: [], response_format: format });

    expect(await verdictOn(call, llm())).toBe('ignored');
  });

  it('counts an answer as a success', async () => {
    expect(verdictOf({ status: 'success', value: await chat('good') }, llm())).toBe('success');
  });
});

const APIS = {
  'chat completions': (model: string) => (signal: AbortSignal) =>
    client.chat.completions.create({ model, stream: true, messages: [{ role: 'user', content: 'Hello' }] }, { signal }),
  responses: (model: string) => (signal: AbortSignal) =>
    client.responses.create({ model, stream: true, input: 'Hello' }, { signal }),
};

describe.each(Object.entries(APIS))('streams of OpenAI: %s', (_api, open) => {
  const outcome = (model: string, more: Partial<StreamSetup> = {}) =>
    streamOutcome({ profile: llm(), open: open(model), ...more });

  it.each([
    ['success', 'good'],
    ['failure', 'stream error'],
    ['failure', 'stream cut'],
    ['ignored', 'stream of a wrong request'],
    ['failure', '500'],
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

describe('responses of OpenAI', () => {
  it.each([
    ['failure', 'stream error without an object'],
    ['failure', 'stream failed'],
    ['success', 'stream incomplete'],
  ])('counts as %s when a stream ends with: %s', async (expected, model) => {
    expect(await streamOutcome({ profile: llm(), open: APIS.responses(model) })).toBe(expected);
  });

  it.each([
    ['failure', 'failed'],
    ['success', 'incomplete'],
  ])('counts as %s when the status of the response is %s', async (expected, model) => {
    const value = await client.responses.create({ model, input: 'Hello' });

    expect(verdictOf({ status: 'success', value }, llm())).toBe(expected);
  });
});
