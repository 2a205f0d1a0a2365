import { describe, expect, it } from 'vitest';
import { help, readArguments } from '../../examples/demo/arguments.ts';

describe('readArguments', () => {
  it.each([
    [[], { kind: 'run', fast: false, plain: false }],
    [['--fast'], { kind: 'run', fast: true, plain: false }],
    [['--plain', '--fast'], { kind: 'run', fast: true, plain: true }],
    [['--help'], { kind: 'help' }],
    [['-h', '--fast'], { kind: 'help' }],
  ])('reads %j', (args, request) => {
    expect(readArguments(args)).toEqual(request);
  });

  it.each([
    [['--quick'], "Unknown option '--quick'. Options: --fast, --plain, --help"],
    [['--fast=yes'], "Option '--fast' does not take an argument. Options: --fast, --plain, --help"],
    [['fast'], "Unexpected argument 'fast'. Options: --fast, --plain, --help"],
  ])('refuses %j with a message that names it', (args, message) => {
    expect(readArguments(args)).toEqual({ kind: 'refused', message });
  });

  it('names every option in the help', () => {
    expect(help).toContain('--fast');
    expect(help).toContain('--plain');
    expect(help).toContain('--help');
  });
});
