import type { Clock } from 'unified-circuit-breaker';
import { TIMEOUT_MS } from './policy.ts';

/** What is called. */
export interface Dependency {
  /** One request, of one key. Rejects when it fails; may never settle. */
  request(key: number): Promise<void>;
  /** What a health check of it would say. */
  healthy(): Promise<boolean>;
}

/** How a dependency without a queue answers at one moment. */
export interface Answers {
  /** 0 to 1. */
  readonly errorRate: number;
  readonly latencyMs: number;
  /** How calls fail. `late`: they answer after the timeout. `hanging`: never. An error unless given. */
  readonly failsBy?: 'error' | '503' | 'late' | 'hanging';
}

const down = new Error('down');
const busy = Object.assign(new Error('busy'), { status: 503 });
const never = new Promise<void>(() => {});
/** An error comes faster than an answer. */
const ERROR_MS = 5;
/** Half a second after everyone has given up. */
const LATE_MS = TIMEOUT_MS + 500;

/** Answers each request by itself, whatever the load. */
export function independent(
  time: Clock,
  random: () => number,
  answersAt: (now: number, key: number) => Answers,
): Dependency {
  const answer = (key: number): Promise<void> => {
    const { errorRate, latencyMs, failsBy = 'error' } = answersAt(time.now(), key);
    const failed = random() < errorRate;
    if (failed && failsBy === 'hanging') return never;
    const error = failsBy === '503' ? busy : down;
    const failsAfterMs = failsBy === 'late' ? LATE_MS : ERROR_MS;
    const ms = failed ? failsAfterMs : latencyMs * (0.5 + random());
    return new Promise((resolve, reject) => void time.after(ms, failed ? () => reject(error) : resolve));
  };
  return {
    request: answer,
    healthy: () =>
      answer(0).then(
        () => true,
        () => false,
      ),
  };
}

/** How connections are reset. */
export interface Blips {
  readonly latencyMs: number;
  readonly everyMs: number;
  readonly connections: number;
}

/** A healthy dependency. Every `everyMs`, the connections of the oldest requests in flight are reset together. */
export function withBlips(
  time: Clock,
  random: () => number,
  { latencyMs, everyMs, connections }: Blips,
): Dependency {
  const healthy = independent(time, random, () => ({ errorRate: 0.001, latencyMs }));
  const waiting = new Set<(error: Error) => void>();
  const reset = (): void => {
    for (const fail of [...waiting].slice(0, connections)) fail(down);
    time.after(everyMs, reset);
  };
  time.after(everyMs, reset);
  return {
    ...healthy,
    request: (key) =>
      new Promise<void>((resolve, reject) => {
        waiting.add(reject);
        void healthy
          .request(key)
          .then(resolve, reject)
          .finally(() => waiting.delete(reject));
      }),
  };
}

/** What a dependency with a queue is like. */
export interface Capacity {
  readonly workers: number;
  /** Mean time of one request on one worker. */
  readonly serviceMs: number;
  /** The share of the capacity that is there at a moment; 0 answers with an error. */
  readonly shareAt: (now: number) => number;
  /** It answers 503 instead of queueing longer than this. */
  readonly shedAfterMs?: number;
}

/** Workers and one queue. A request stays in the queue after its caller has timed out, so work is wasted. */
export function queueing(
  time: Clock,
  random: () => number,
  { workers, serviceMs, shareAt, shedAfterMs = Number.POSITIVE_INFINITY }: Capacity,
): Dependency {
  const freeAt = new Float64Array(workers);
  const request = (): Promise<void> => {
    const now = time.now();
    const share = shareAt(now);
    let next = 0;
    for (let worker = 1; worker < workers; worker += 1)
      if ((freeAt[worker] as number) < (freeAt[next] as number)) next = worker;
    const start = Math.max(now, freeAt[next] as number);
    if (share === 0 || start - now > shedAfterMs)
      return new Promise((_, reject) => void time.after(ERROR_MS, () => reject(share === 0 ? down : busy)));
    const end = start + (serviceMs * (0.5 + random())) / share;
    freeAt[next] = end;
    return new Promise((resolve) => void time.after(end - now, resolve));
  };
  return {
    request,
    healthy: () =>
      request().then(
        () => true,
        () => false,
      ),
  };
}
