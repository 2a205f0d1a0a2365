import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breakerWith } from '../support/breaker.ts';
import { type Children, prepareChildren } from '../support/child.ts';
import { deferred } from '../support/outcomes.ts';

type Items = AsyncGenerator<number, void, undefined>;

const WAYS: Readonly<Record<string, (items: Items) => Promise<unknown>>> = {
  'return()': (items) => items.return(),
  'throw()': (items) => items.throw(new Error('gone')),
  disposal: (items) => items[Symbol.asyncDispose]() as Promise<void>,
};

/** Lets promises go on. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}

/** Brings a stream into a phase. The source opens when `opening` is resolved, and gives items one by one. */
const PHASES: Readonly<Record<string, (items: Items, source: Source) => Promise<unknown> | void>> = {
  'before the first item is asked for': () => {},
  'while the source opens': (items) => void items.next().catch(() => {}),
  'right after the source has opened': (items, source) => {
    items.next().catch(() => {});
    source.opening.resolve(source);
    return Promise.resolve();
  },
  'while it waits for an item': async (items, source) => {
    items.next().catch(() => {});
    source.opening.resolve(source);
    await turns(20);
  },
  'right after an item has come': async (items, source) => {
    await PHASES['while it waits for an item']?.(items, source);
    source.give(1);
    await turns(1);
  },
  'at an item': async (items, source) => {
    source.opening.resolve(source);
    source.give(1);
    await items.next();
  },
  'while two items are asked for': async (items, source) => {
    source.opening.resolve(source);
    items.next().catch(() => {});
    items.next().catch(() => {});
    await turns(20);
  },
  'after its end': async (items, source) => {
    source.opening.resolve(source);
    source.end();
    await items.next();
  },
};

/** A source that never answers by itself, as a socket on which nothing arrives. */
class Source implements AsyncIterable<number> {
  readonly opening = deferred<AsyncIterable<number>>();
  signal: AbortSignal | null = null;
  closed = 0;
  #ready: IteratorResult<number>[] = [];
  #waiting: ((step: IteratorResult<number>) => void) | null = null;

  give(value: number): void {
    this.#push({ done: false, value });
  }

  end(): void {
    this.#push({ done: true, value: undefined });
  }

  #push(step: IteratorResult<number>): void {
    if (this.#waiting === null) this.#ready.push(step);
    else this.#waiting(step);
    this.#waiting = null;
  }

  [Symbol.asyncIterator](): AsyncIterator<number> {
    return {
      next: () => new Promise((done) => {
        const step = this.#ready.shift();
        if (step === undefined) this.#waiting = done;
        else done(step);
      }),
      return: async () => {
        this.closed += 1;
        this.end();
        return { done: true, value: undefined };
      },
    };
  }
}

const cases = Object.keys(WAYS).flatMap((way) => Object.keys(PHASES).map((phase) => [way, phase] as const));

describe('leaving a stream', () => {
  it.each(cases)('by %s %s leaves nothing behind, and is no failure', async (way, phase) => {
    const { breaker, clock } = breakerWith({ maxConcurrent: 1, timeoutMs: null, failureThreshold: 1 });
    const source = new Source();
    const items = breaker.stream(({ signal }) => {
      source.signal = signal;
      return source.opening.promise;
    });
    await PHASES[phase]?.(items, source);

    await WAYS[way]?.(items).catch(() => {});
    source.opening.resolve(source);
    await clock.advanceAsync(0);

    const started = phase !== 'before the first item is asked for';
    const ended = phase === 'after its end';
    expect([source.closed, source.signal?.aborted ?? false]).toEqual(started && !ended ? [1, true] : [0, false]);
    expect(breaker.getMetrics()).toMatchObject({ inFlight: 0, abandoned: 0, failedCalls: 0, timeouts: 0 });
    expect(await items.next()).toEqual({ done: true, value: undefined });
    expect(await breaker.call(() => 'next')).toBe('next');
  });

  it.each([
    ['a destroyed Readable', async (items: Items) => {
      const readable = Readable.from(items);
      readable.on('error', () => {});
      readable.read();
      await new Promise(setImmediate);
      readable.destroy(new Error('the client has gone'));
    }],
    ['a pipeline whose target fails', async (items: Items) => {
      const write = (_chunk: unknown, _encoding: string, done: (error: Error) => void): void => done(new Error('full'));
      await pipeline(Readable.from(items), new Writable({ objectMode: true, write })).catch(() => {});
    }],
  ])('by %s aborts the operation and frees its slot', async (_how, leave) => {
    const { breaker } = breakerWith({ maxConcurrent: 1, timeoutMs: null });
    const source = new Source();
    source.opening.resolve(source);
    source.give(1);
    const items = breaker.stream(({ signal }) => {
      source.signal = signal;
      return source;
    });

    await leave(items);
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);

    expect([source.closed, source.signal?.aborted]).toEqual([1, true]);
    expect(breaker.getMetrics()).toMatchObject({ inFlight: 0, abandoned: 0, failedCalls: 0, successfulCalls: 1 });
    expect(await breaker.call(() => 'next')).toBe('next');
  });
});

describe('a slow consumer', () => {
  it('is neither a timeout nor a slow call of the dependency', async () => {
    const { breaker, clock } = breakerWith({ timeoutMs: 1_000, slowCallThresholdMs: 500, slowCallRateThreshold: 1 });
    const source = new Source();
    source.opening.resolve(source);
    for (const value of [1, 2, 3]) source.give(value);
    source.end();
    const items = breaker.stream(() => source);
    const seen: number[] = [];

    for await (const item of items) {
      seen.push(item);
      await clock.advanceAsync(60_000);
    }

    expect(seen).toEqual([1, 2, 3]);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, failedCalls: 0, timeouts: 0, slowCalls: 0 });
  });
});

describe('the helpers of the object that an operation streams', () => {
  it('can be used beside its items', async () => {
    const { breaker } = breakerWith({});
    /** As the streams of SDKs: an iterator, and a promise of the whole. */
    class MessageStream implements AsyncIterable<string> {
      #text = '';

      async *[Symbol.asyncIterator](): AsyncGenerator<string> {
        for (const word of ['one', 'two']) {
          this.#text += word;
          yield word;
        }
      }

      finalText(): string {
        return this.#text;
      }
    }
    let message!: MessageStream;
    const items: string[] = [];

    for await (const item of breaker.stream(async () => (message = new MessageStream()))) items.push(item);

    expect([items, message.finalText(), breaker.getMetrics().successfulCalls]).toEqual([['one', 'two'], 'onetwo', 1]);
  });
});

describe('what is left to the garbage collector', () => {
  let children: Children;
  beforeAll(async () => void (children = await prepareChildren()));
  afterAll(() => children.dispose());

  it('ends a stream that its consumer has dropped at an item', async () => {
    const { stdout } = await children.run(`
      const breaker = new UnifiedCircuitBreaker({ name: 'feed', maxConcurrent: 1 });
      let signal, closed = false;
      async function* feed(context) {
        signal = context.signal;
        try { for (;;) yield 1; } finally { closed = true; }
      }
      await (async () => void (await breaker.stream(feed).next()))();
      const before = breaker.getMetrics().inFlight;
      for (let turn = 0; turn < 50 && !signal.aborted; turn += 1) {
        gc();
        await new Promise((done) => setTimeout(done, 10));
      }
      const { inFlight, successfulCalls } = breaker.getMetrics();
      console.log(JSON.stringify([before, inFlight, successfulCalls, signal.aborted, closed]));
    `);

    expect(JSON.parse(stdout)).toEqual([1, 0, 1, true, true]);
  });

  it('takes the last listener off a signal that many calls have used', async () => {
    const { stdout } = await children.run(`
      const { getEventListeners } = await import('node:events');
      const breaker = new UnifiedCircuitBreaker({ name: 'api' });
      const { signal } = new AbortController();
      const read = async (context) => context.signal.aborted;
      for (let call = 0; call < 20_000; call += 1) await breaker.call(read, { signal });
      const during = getEventListeners(signal, 'abort').length;
      for (let turn = 0; turn < 50 && getEventListeners(signal, 'abort').length > 0; turn += 1) {
        gc();
        await new Promise((done) => setTimeout(done, 10));
      }
      console.log(JSON.stringify([during, getEventListeners(signal, 'abort').length]));
    `);

    expect(JSON.parse(stdout)).toEqual([1, 0]);
  });
});
