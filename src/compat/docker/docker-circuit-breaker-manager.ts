import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { RecentlyUsed } from '../recently-used.ts';
import { DockerCircuitBreaker } from './docker-circuit-breaker.ts';
import type { DockerCircuitBreakerOptions, DockerCircuitBreakerParts } from './docker-circuit-breaker.ts';
import type { DockerCommandResult } from './docker-command.ts';
import type { DockerCircuitBreakerStats } from './docker-stats.ts';

/**
 * Breakers by name, one for each kind of docker operation; made when first asked for.
 * At most 10 000, of which the one unused for longest makes room.
 *
 * @deprecated Use `UnifiedCircuitBreakerManager`.
 */
export class DockerCircuitBreakerManager<Result extends DockerCommandResult = DockerCommandResult> {
  readonly #parts: DockerCircuitBreakerParts<Result>;
  readonly #breakers: RecentlyUsed<DockerCircuitBreaker<Result>>;

  /** All its breakers run docker commands by `parts.execute`. */
  constructor(parts: DockerCircuitBreakerParts<Result> = {}) {
    warnOfLegacyName('docker', 'DockerCircuitBreakerManager', 'UnifiedCircuitBreakerManager');
    this.#parts = parts;
    this.#breakers = new RecentlyUsed(parts.clock);
  }

  /** The breaker of that name; made when there is none. Options for one that exists are ignored. */
  getBreaker(name: string, options?: DockerCircuitBreakerOptions): DockerCircuitBreaker<Result> {
    return this.#breakers.use(name) ?? this.#breakers.set(name, insideLegacyName(() => new DockerCircuitBreaker(name, options, this.#parts)));
  }

  /** The statistics of each breaker by its name. */
  getAllStats(): Record<string, DockerCircuitBreakerStats> {
    return Object.fromEntries(this.#breakers.entries.map(([name, breaker]) => [name, breaker.getStats()]));
  }

  /** The health check of each breaker by its name. */
  async healthCheckAll(): Promise<Record<string, boolean>> {
    const checks = this.#breakers.entries.map(async ([name, breaker]) => [name, await breaker.healthCheck()] as const);
    return Object.fromEntries(await Promise.all(checks));
  }
}
