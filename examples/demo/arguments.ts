import { parseArgs } from 'node:util';

/** What the command line asks for. */
export type Request =
  | { readonly kind: 'run'; readonly fast: boolean; readonly plain: boolean }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly message: string };

export const help = `Kills, hangs and slows down a real HTTP service, and shows two clients side by side:
one without a circuit breaker, one with it.

Usage: npm run demo -- [options]

  --fast    about 9 seconds instead of 30
  --plain   lines instead of the live view; the default when the output isn't a terminal
  --help    this text

Exit code: 0 if the breaker opened, rejected and closed as expected, 1 if it didn't,
2 for a wrong option, 130 if interrupted. Set NO_COLOR for output without colors.`;

/** Reads the arguments after the program's name. */
export function readArguments(args: readonly string[]): Request {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { fast: { type: 'boolean' }, plain: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help === true) return { kind: 'help' };
    return { kind: 'run', fast: values.fast === true, plain: values.plain === true };
  } catch (error) {
    return { kind: 'refused', message: `${(error as Error).message.split('. ')[0]}. Options: --fast, --plain, --help` };
  }
}
