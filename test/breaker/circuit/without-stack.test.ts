import { afterEach, describe, expect, it } from 'vitest';
import { withoutStack } from '../../../src/breaker/circuit/admission.ts';

const limitAtFirst = Error.stackTraceLimit;

afterEach(() => {
  Error.stackTraceLimit = limitAtFirst;
});

describe('building an error', () => {
  it('leaves the stack trace out', () => {
    const error = withoutStack({ captureStack: false }, () => new Error('rejected'));

    expect(error.message).toBe('rejected');
    expect(error.stack).not.toContain('\n    at ');
  });

  it('keeps the stack trace when it is asked for', () => {
    const error = withoutStack({ captureStack: true }, () => new Error('rejected'));

    expect(error.stack).toContain('\n    at ');
  });

  it('gives the limit back as it was', () => {
    Error.stackTraceLimit = 7;

    withoutStack({ captureStack: false }, () => new Error('rejected'));

    expect(Error.stackTraceLimit).toBe(7);
  });

  it('gives the limit back when building throws', () => {
    Error.stackTraceLimit = 7;
    const build = () =>
      withoutStack({ captureStack: false }, () => {
        throw new Error('broken');
      });

    expect(build).toThrow('broken');
    expect(Error.stackTraceLimit).toBe(7);
  });

  it('works where the limit cannot be changed', () => {
    Object.defineProperty(Error, 'stackTraceLimit', { value: 5, writable: false, configurable: true, enumerable: true });

    const error = withoutStack({ captureStack: false }, () => new Error('rejected'));

    Object.defineProperty(Error, 'stackTraceLimit', { value: limitAtFirst, writable: true, configurable: true, enumerable: true });
    expect(error.message).toBe('rejected');
  });
});
