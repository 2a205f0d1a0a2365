import { systemClock } from '../../core/clock.ts';
import type { Clock } from '../../core/clock.ts';
import { isCircuitBreakerOpenError } from '../../core/errors.ts';
import type { CircuitBreakerOpenError } from '../../core/errors.ts';
import { unifiedFrom } from '../convert.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { LegacyBreaker } from '../legacy-breaker.ts';
import { dockerOptions, dockerSettings } from '../mapping/docker.ts';
import { openNow } from '../open-now.ts';
import { readLegacy } from '../read-legacy.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { ownBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { isFailedCommand } from './docker-command.ts';
import type { DockerCommandResult, DockerExecutor } from './docker-command.ts';
import { DockerCircuitBreakerError } from './docker-error.ts';
import { dockerStatsOf } from './docker-stats.ts';
import type { DockerCircuitBreakerStats } from './docker-stats.ts';

/** What `DockerCircuitBreaker` takes: legacy names, seconds. */
export type DockerCircuitBreakerOptions = GivenLegacy<typeof dockerOptions>;

/** What a `DockerCircuitBreaker` is made with besides its options. */
export interface DockerCircuitBreakerParts<Result extends DockerCommandResult = DockerCommandResult> extends LegacyRuntime {
  /** Runs a docker command. Needed by `executeDockerCommand()` and `healthCheck()`. */
  readonly execute?: DockerExecutor<Result> | undefined;
}

/** Opens at failures in a row; after the wait it takes as many to open it again. @deprecated Use `UnifiedCircuitBreaker`. */
export class DockerCircuitBreaker<Result extends DockerCommandResult = DockerCommandResult> extends LegacyBreaker {
  readonly #execute: DockerExecutor<Result> | undefined;
  readonly #clock: Clock;

  /** @throws CircuitBreakerConfigError that lists every problem with the options. */
  constructor(name: string, options: DockerCircuitBreakerOptions = {}, { execute, ...runtime }: DockerCircuitBreakerParts<Result> = {}) {
    warnOfLegacyName('docker', 'DockerCircuitBreaker', 'UnifiedCircuitBreaker');
    const { held, explicit } = readLegacy('DockerCircuitBreaker', dockerOptions, options);
    const config = unifiedFrom(dockerOptions, held, explicit, dockerSettings);
    super(ownBreaker(name, { ...config, halfOpenMaxFailures: held.failureThreshold - 1, isFailure: isFailedCommand }, runtime));
    this.#execute = execute;
    this.#clock = runtime.clock ?? systemClock;
  }

  /** Whether a command would be let through now. Reading changes nothing. */
  get isAvailable(): boolean {
    return this.canExecute();
  }

  /**
   * Runs a docker command if the circuit lets it. One that ends with another code than 0 has failed, and its result is returned all the same.
   *
   * @param timeout seconds, above 0; null: none; default 30.
   * @throws DockerCircuitBreakerError when the circuit does not let it through; it was not run.
   * @throws CircuitBreakerTimeoutError when it takes too long, TypeError when there is no `execute`.
   * @throws whatever `execute` throws, unchanged.
   */
  async executeDockerCommand(command: readonly string[], timeout: number | null = 30): Promise<Result> {
    const execute = this.#executor();
    const settled = await this.breaker.tryCall(({ signal }) => execute(command, { timeout, signal }), { timeoutMs: timeout === null ? null : timeout * 1_000 });
    if (!('error' in settled)) return settled.value;
    const { status, error } = settled;
    throw status === 'rejected' && isCircuitBreakerOpenError(error) ? this.rejected(error) : error;
  }

  /** Whether `docker version` answers within 5 s; false also while the circuit does not let it through. @throws TypeError when there is no `execute`. */
  async healthCheck(): Promise<boolean> {
    this.#executor();
    try {
      return !isFailedCommand(await this.executeDockerCommand(['docker', 'version', '--format', '{{.Server.Version}}'], 5));
    } catch {
      return false;
    }
  }

  #executor(): DockerExecutor<Result> {
    if (this.#execute === undefined) throw new TypeError(`Expected DockerCircuitBreaker "${this.name}" to be made with \`execute\`, which runs docker commands`);
    return this.#execute;
  }

  protected override rejected(rejection: CircuitBreakerOpenError): Error {
    return new DockerCircuitBreakerError(rejection);
  }

  /** Opens the circuit now; it recovers by itself as usual. */
  override forceOpen(reason = 'Manual intervention'): void {
    openNow(this.breaker, reason);
  }

  /** Closes the circuit and forgets what it has seen; the reason is not kept. */
  forceClose(_reason?: string): void {
    this.reset();
  }

  /** The statistics. */
  getStats(): DockerCircuitBreakerStats {
    return dockerStatsOf(this.breaker, this.#clock.wall());
  }
}
