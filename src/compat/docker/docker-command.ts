import { peek } from '../../core/untrusted.ts';

/** How a docker command ended. */
export interface DockerCommandResult {
  /** The exit code; anything but 0 is a failure. */
  readonly returncode: number;
  /** What it wrote. */
  readonly stdout: string;
  /** What it wrote of errors. */
  readonly stderr: string;
}

/** Runs a docker command; `timeout` is in seconds, null: none; `signal` aborts when it is over. */
export type DockerExecutor<Result extends DockerCommandResult> = (
  command: readonly string[],
  options: { readonly timeout: number | null; readonly signal: AbortSignal },
) => Result | PromiseLike<Result>;

/** Whether a value is the result of a command that failed. */
export function isFailedCommand(result: unknown): boolean {
  const code = peek(result, 'returncode');
  return code !== undefined && code !== 0;
}
