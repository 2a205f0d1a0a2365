import { createOpenAI } from '@ai-sdk/openai';
import { generateText, jsonSchema, Output, streamText } from 'ai';
import { afterAll, describe, expect, it } from 'vitest';
import { llm, verdictOf } from '../src/profiles/index.ts';
import { SLOW_MS, startLlm } from './support/llm-server.ts';
import { closedPort } from './support/loopback.ts';
import { describeClient } from './support/matrix.ts';
import { eachOf, streamEnd, streamOutcome, type StreamSetup, verdictOn } from './support/outcomes.ts';

const server = await startLlm();
const closed = await closedPort();
afterAll(() => server.close());

const connect = (url = server.url) => createOpenAI({ baseURL: `${url}/v1`, apiKey: 'test' });
const openai = connect();

interface Setup {
  readonly abortSignal?: AbortSignal;
  readonly maxRetries?: number;
  readonly timeout?: number;
}

/** Generates a text. The model says how it ends. */
const generate = (model: string, setup: Setup = {}, from = openai) =>
  generateText({ model: from.chat(model), prompt: 'Hello', maxRetries: 0, ...setup });

const generates = (...models: readonly string[]) => eachOf(models, (model) => generate(model));

describeClient({
  name: 'ai 6.0',
  profileName: 'llm()',
  profile: llm(),
  situations: {
    'request error': {
      ...generates('400', '400 of a tool', '401', '403', '404', '409', '413', '422'),
      'invalid prompt': () => generateText({ model: openai.chat('good'), messages: [], maxRetries: 0 }),
    },
    'server error': generates('500', '503'),
    overload: generates('429'),
    'wait 2 s': generates('429 seconds', '429 milliseconds', '429 date', '429 reset'),
    refused: () => generate('good', {}, connect(`http://127.0.0.1:${closed}`)),
    reset: () => generate('reset'),
    hang: (signal) => generate('hang', { abortSignal: signal }),
    'own timeout': () => generate('hang', { timeout: 100 }),
    abort: (signal) => generate('hang', { abortSignal: signal }),
  },
});

describe('errors of the AI SDK', () => {
  it.each(['429 quota', '429 spend', '402'])('waits for the quota when it is exhausted: %s', async (model) => {
    const profile = llm({ quotaWaitMs: 900_000 });

    expect(await verdictOn(generate(model), profile)).toMatchObject({ retryAfterMs: 900_000 });
  });

  it('ignores a call that the caller aborts when the breaker does not have the signal', async () => {
    const caller = new AbortController();
    setTimeout(() => caller.abort(), 50);

    expect(await verdictOn(generate('hang', { abortSignal: caller.signal }), llm())).toBe('ignored');
  });

  it('counts a deadline of the caller when the breaker does not have the signal', async () => {
    expect(await verdictOn(generate('hang', { abortSignal: AbortSignal.timeout(50) }), llm())).toBe('failure');
  });

  it('counts an answer of status 200 that is not the answer of a model', async () => {
    expect(await verdictOn(generate('another shape'), llm())).toBe('failure');
  });

  it('ignores an answer that is not the object that the caller wants', async () => {
    const output = Output.object({ schema: jsonSchema({ type: 'object' }) });
    const call = generateText({ model: openai.chat('good'), prompt: 'Hello', maxRetries: 0, output });

    expect(await verdictOn(call.then((result) => result.output), llm())).toBe('ignored');
  });

  it('counts an answer as a success', async () => {
    expect(verdictOf({ status: 'success', value: await generate('good') }, llm())).toBe('success');
  });
});

const retried = (model: string, setup: Setup = {}) => generate(model, { maxRetries: 1, ...setup });

describe('retries of the AI SDK', () => {
  it.each([
    ['failure', '500'],
    ['failure', 'reset'],
    ['ignored', '400'],
  ])('counts as %s when the last attempt ends with: %s', async (expected, model) => {
    expect(await verdictOn(retried(model), llm())).toBe(expected);
  });

  it('hears the wait that the last attempt was asked for', async () => {
    expect(await verdictOn(retried('429 seconds'), llm())).toMatchObject({ retryAfterMs: 2_000 });
  });

  it('waits for the quota when it is exhausted', async () => {
    const profile = llm({ quotaWaitMs: 900_000 });

    expect(await verdictOn(retried('429 quota'), profile)).toMatchObject({ retryAfterMs: 900_000 });
  });

  it('ignores a call that the caller aborts between attempts', async () => {
    const caller = new AbortController();
    setTimeout(() => caller.abort(), 50);

    expect(await verdictOn(retried('500', { abortSignal: caller.signal }), llm())).toBe('ignored');
  });
});

/** Errors are parts of `fullStream`, so there is nothing to do about them here. */
const onError = () => {};
const stream = (model: string, setup: Setup) =>
  streamText({ model: openai.chat(model), prompt: 'Hello', maxRetries: 0, onError, ...setup });
const respond = (model: string, setup: Setup) =>
  streamText({ model: openai.responses(model), prompt: 'Hello', maxRetries: 0, onError, ...setup });

const APIS = { 'chat completions': stream, responses: respond };

describe.each(Object.entries(APIS))('fullStream of the AI SDK: %s', (_api, open) => {
  const opening = (model: string, setup: Setup = {}) => (abortSignal: AbortSignal) =>
    open(model, { abortSignal, ...setup }).fullStream;
  const outcome = (model: string, { setup, ...more }: Partial<StreamSetup> & { readonly setup?: Setup } = {}) =>
    streamOutcome({ profile: llm(), open: opening(model, setup), ...more });

  it.each([
    ['success', 'good'],
    ['failure', 'stream error'],
    ['failure', 'stream cut'],
    ['ignored', 'stream of a wrong request'],
    ['failure', '500'],
    ['failure', '429 seconds'],
    ['failure', 'reset'],
    ['ignored', '400'],
  ])('counts as %s when it ends with: %s', async (expected, model) => {
    expect(await outcome(model)).toBe(expected);
  });

  it('is a failure when the last of several attempts fails', async () => {
    expect(await outcome('500 at once', { setup: { maxRetries: 1 } })).toBe('failure');
  });

  it('measures the time to the first content', async () => {
    const { latencyMs } = await streamEnd({ profile: llm(), open: opening('stream slow') });

    expect(latencyMs).toBeGreaterThan(SLOW_MS / 2);
  });

  it('opens the circuit for the wait that is asked for, if the profile says so', async () => {
    const { waitMs } = await streamEnd({ profile: llm({ onRetryAfter: 'open' }), open: opening('429 seconds') });

    expect(waitMs).toBeGreaterThan(0);
    expect(waitMs).toBeLessThanOrEqual(2_000);
  });

  it('times out when it stalls', async () => {
    expect(await outcome('stream stall', { timeoutMs: 200 })).toBe('timeout');
  });

  it('is a failure when it stalls and the timeout of the SDK ends it', async () => {
    expect(await outcome('stream stall', { setup: { timeout: 100 } })).toBe('failure');
  });

  it('is no failure when it stalls and the caller aborts with a signal that the breaker does not have', async () => {
    const caller = new AbortController();
    setTimeout(() => caller.abort(), 100);

    expect(await outcome('stream stall', { setup: { abortSignal: caller.signal } })).not.toBe('failure');
  });

  it('is a success when the consumer leaves', async () => {
    expect(await outcome('stream stall', { leavesAfter: 4 })).toBe('success');
  });
});

describe('responses with the AI SDK', () => {
  it.each([
    ['failure', 'stream error without an object'],
    ['failure', 'stream failed'],
    ['success', 'stream incomplete'],
  ])('counts as %s when a stream ends with: %s', async (expected, model) => {
    const open = (abortSignal: AbortSignal) => respond(model, { abortSignal }).fullStream;

    expect(await streamOutcome({ profile: llm(), open })).toBe(expected);
  });
});

const textOutcome = (model: string, more: Partial<StreamSetup> = {}) =>
  streamOutcome({ profile: llm(), open: (abortSignal) => stream(model, { abortSignal }).textStream, ...more });

/** `textStream` hides all errors except a lost connection. This stream of texts throws them. */
async function* texts(model: string, abortSignal: AbortSignal) {
  let failure: { readonly error: unknown } | undefined;
  yield* streamText({
    model: openai.chat(model), prompt: 'Hello', maxRetries: 0, abortSignal,
    onError: ({ error }) => {
      failure = { error };
    },
  }).textStream;
  if (failure !== undefined) throw failure.error;
}

describe('textStream of the AI SDK', () => {
  it.each([
    ['success', 'good'],
    ['failure', 'stream cut'],
  ])('counts as %s when it ends with: %s', async (expected, model) => {
    expect(await textOutcome(model)).toBe(expected);
  });

  it('is a failure when the operation throws the error that `textStream` hides', async () => {
    expect(await streamOutcome({ profile: llm(), open: (signal) => texts('500', signal) })).toBe('failure');
    expect(await streamOutcome({ profile: llm(), open: (signal) => texts('400', signal) })).toBe('ignored');
  });

  it('times out when it stalls', async () => {
    expect(await textOutcome('stream stall', { timeoutMs: 200 })).toBe('timeout');
  });

  it('is a success when the consumer leaves', async () => {
    expect(await textOutcome('stream stall', { leavesAfter: 1 })).toBe('success');
  });
});
