import { describe, expect, it } from 'vitest';
import { CircuitBreakerConfigError } from '../../src/index.ts';
import { aws, database, grpc, http, llm, redis } from '../../src/profiles/index.ts';
import { thrownBy } from '../support/calls.ts';

const wait = "`onRetryAfter` must be 'wait' or 'open'. Received";
const aDuration = 'must be a number of milliseconds (1 or more). Received';

describe('the options of a profile', () => {
  it.each<[title: string, make: () => unknown]>([
    ['nothing', () => http()],
    ['undefined', () => http(undefined)],
    ['an empty object', () => http({})],
    ['undefined values', () => http({ onRetryAfter: undefined, maxRetryAfterMs: undefined })],
    ['the smallest values', () => llm({ onRetryAfter: 'wait', maxRetryAfterMs: 1, quotaWaitMs: 1 })],
    ['the largest values', () => llm({ onRetryAfter: 'open', maxRetryAfterMs: Infinity, quotaWaitMs: Infinity })],
  ])('may be %s', (_title, make) => {
    expect(make).not.toThrow();
  });

  it.each(Object.entries({ aws, database, grpc, http, llm, redis }))('are checked by %s', (name, make) => {
    expect(() => make({ onRetryAfter: 'open', maxRetryAfterMs: 1 })).not.toThrow();
    expect(thrownBy(() => make({ maxRetryAfterMs: 0, foo: 1 } as never))).toMatchObject({
      message: `\`${name}()\`: \`maxRetryAfterMs\` ${aDuration} 0. Unknown option \`foo\`.`,
    });
  });

  it.each<[title: string, make: (options: never) => unknown, of: string, options: unknown, problems: string[]]>([
    [
      'http: every option is wrong or unknown',
      http,
      'http',
      { maxRetryAfterMs: -1, onRetryAfter: 'now', foo: 1 },
      [`\`maxRetryAfterMs\` ${aDuration} -1.`, `${wait} the string "now".`, 'Unknown option `foo`.'],
    ],
    ['llm: the wait of a quota is 0', llm, 'llm', { quotaWaitMs: 0 }, [`\`quotaWaitMs\` ${aDuration} 0.`]],
    [
      'llm: every option is wrong',
      llm,
      'llm',
      { quotaWaitMs: null, onRetryAfter: true, maxRetryAfterMs: '5 s' },
      [
        `\`quotaWaitMs\` ${aDuration} null.`,
        `${wait} true.`,
        `\`maxRetryAfterMs\` ${aDuration} the string "5 s".`,
      ],
    ],
    ['http: an option of llm', http, 'http', { quotaWaitMs: 5 }, ['Unknown option `quotaWaitMs`.']],
    [
      'http: a misspelled option',
      http,
      'http',
      { maxRetryAfter: 5 },
      ['Unknown option `maxRetryAfter`. Did you mean `maxRetryAfterMs`?'],
    ],
    ['http: a number', http, 'http', 5, ['The options must be an object. Received 5.']],
    ['llm: another profile as a list', llm, 'llm', [http()], ['The options must be an object. Received an array.']],
  ])('are rejected with all problems, %s', (_title, make, of, options, problems) => {
    expect(thrownBy(() => make(options as never))).toEqual(
      new CircuitBreakerConfigError(of, problems, `\`${of}()\``),
    );
  });
});
