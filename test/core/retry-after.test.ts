import { describe, expect, it } from 'vitest';
import { readRetryAfter } from '../../src/core/retry-after.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const at = (seconds: number): string => new Date(NOW + seconds * 1_000).toUTCString();

describe('the wait that a server asks for', () => {
  it.each<[string, Record<string, string>, number | undefined]>([
    ['seconds', { 'retry-after': '2' }, 2_000],
    ['parts of a second', { 'retry-after': '0.5' }, 500],
    ['a date', { 'retry-after': at(90) }, 90_000],
    ['a date, by the clock of the server', { 'retry-after': at(90), date: at(60) }, 30_000],
    ['a date that is past', { 'retry-after': at(-5) }, undefined],
    ['zero', { 'retry-after': '0' }, undefined],
    ['a negative number', { 'retry-after': '-5' }, undefined],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
    ['nothing', { 'retry-after': '' }, undefined],
    ['milliseconds', { 'retry-after-ms': '1500', 'retry-after': '9' }, 1_500],
    ['milliseconds of AWS', { 'x-amz-retry-after': '1500' }, 1_500],
    ['a pushback of gRPC', { 'grpc-retry-pushback-ms': '2000' }, 2_000],
    ['no retry, in gRPC', { 'grpc-retry-pushback-ms': '-1' }, undefined],
    ['infinity', { 'retry-after': 'Infinity' }, undefined],
    ['words with a number', { 'retry-after': 'soon 40' }, undefined],
    ['a date without a zone', { 'retry-after': '12/1/2026' }, undefined],
    ['a hexadecimal number', { 'retry-after': '0x10' }, undefined],
    ['a long text', { 'retry-after': `2${' '.repeat(200)}0` }, undefined],
    ['two numbers', { 'retry-after': '30, 60' }, 30_000],
    ['seconds beside useless milliseconds', { 'retry-after-ms': 'abc', 'x-amz-retry-after': '0', 'retry-after': '30' },
      30_000],
    ['RFC 3339', { 'retry-after': new Date(NOW + 5_000).toISOString() }, 5_000],
    ['a header in other letters', { 'Retry-After': '2' }, 2_000],
  ])('is read from %s', (_title, headers, ms) => {
    expect(readRetryAfter({ response: { status: 503, headers } }, NOW)).toBe(ms);
    expect(readRetryAfter({ status: 503, headers: new Headers(headers) }, NOW)).toBe(ms);
  });

  it.each<[string, Record<string, string>, number | undefined]>([
    ['seconds', { 'ratelimit-reset': '30' }, 30_000],
    ['a moment in seconds', { 'x-ratelimit-reset': String(NOW / 1_000 + 30) }, 30_000],
    ['a moment in milliseconds', { 'x-rate-limit-reset': String(NOW + 30_000) }, 30_000],
    ['a duration', { 'x-ratelimit-reset-requests': '6m0.5s' }, 360_500],
    ['milliseconds', { 'x-ratelimit-reset-tokens': '120ms' }, 120],
    ['hours', { 'x-ratelimit-reset-tokens': '1h2m3s4ms' }, 3_723_004],
    ['a date of RFC 3339', { 'anthropic-ratelimit-requests-reset': new Date(NOW + 5_000).toISOString() }, 5_000],
    ['the longest of those used up', { 'x-ratelimit-reset-requests': '1s', 'x-ratelimit-reset-tokens': '3s' }, 3_000],
    ['those used up', {
      'x-ratelimit-reset-requests': '1s', 'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-tokens': '3s', 'x-ratelimit-remaining-tokens': '99',
    }, 1_000],
    ['seconds after now', { 'x-ratelimit-reset-after': '30' }, 30_000],
    ['not if the server says now', { 'retry-after': '0', 'ratelimit-reset': '30' }, undefined],
    ['Retry-After first', { 'retry-after': '2', 'ratelimit-reset': '30' }, 2_000],
  ])('is the reset of a limit with a 429: %s', (_title, headers, ms) => {
    expect(readRetryAfter({ status: 429, headers }, NOW)).toBe(ms);
  });

  it('is no reset of a limit with another status', () => {
    expect(readRetryAfter({ status: 500, headers: { 'ratelimit-reset': '30' } }, NOW)).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['`headers`', { headers: { 'retry-after': '2' } }],
    ['`response.headers`', { response: { headers: new Headers({ 'retry-after': '2' }) } }],
    ['`responseHeaders` of the AI SDK', { responseHeaders: { 'retry-after': '2' } }],
    ['`$response.headers` of AWS', { $response: { headers: { 'retry-after': '2' } } }],
    ['`metadata` of gRPC', { metadata: new Map([['grpc-retry-pushback-ms', ['2000']]]) }],
    ['the error behind it', new Error('x', { cause: { headers: { 'retry-after': '2' } } })],
    ['the last error of a retry', { lastError: { responseHeaders: { 'retry-after-ms': '2000' } } }],
    ['`retryAfterMs`', { retryAfterMs: 2_000 }],
    ['a list of values', { headers: { 'retry-after': ['2', '9'] } }],
  ])('is found in %s', (_title, subject) => {
    expect(readRetryAfter(subject, NOW)).toBe(2_000);
  });

  it.each([undefined, null, 'text', 5, {}, { headers: null }, { headers: 'retry-after: 2' }, { retryAfterMs: '2000' }])(
    'is not there in %o',
    (subject) => expect(readRetryAfter(subject, NOW)).toBeUndefined(),
  );
});
