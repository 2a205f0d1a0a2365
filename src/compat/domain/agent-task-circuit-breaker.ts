import { asConfig } from '../legacy-config.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import type { LegacyOperation } from '../guarded-call.ts';
import { LegacyBreaker } from '../legacy-breaker.ts';
import { listedBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { AgentCircuitBreakerConfig } from './agent-config.ts';
import type { AgentCircuitBreakerOptions } from './agent-config.ts';
import { AgentTaskManager } from './agent-task-manager.ts';
import type { TaskMetrics } from './agent-task-manager.ts';
import { domainStatus } from './domain-status.ts';
import type { DomainStatus } from './domain-status.ts';

/** Receives how far a task is. */
export type ProgressCallback = (progress: number) => void;

/** What an `AgentTaskCircuitBreaker` may be made with besides. */
export interface AgentTaskCircuitBreakerParts extends LegacyRuntime {
  /** Given to tasks that ask for it. Default: none. */
  readonly progressCallback?: ProgressCallback | undefined;
}

/** What a task may say of itself. */
export interface AgentTaskOptions {
  /** Which task it is. Default: an id of its own. */
  readonly taskId?: string | undefined;
  /** What to keep when it fails. Default: nothing. */
  readonly context?: Readonly<Record<string, unknown>> | undefined;
  /** Whether the operation gets the progress callback as its last argument. Default false. */
  readonly withProgress?: boolean | undefined;
}

/** The status of an `AgentTaskCircuitBreaker`. */
export interface AgentTaskCircuitBreakerStatus extends DomainStatus<'agent', ReturnType<AgentCircuitBreakerConfig['toDict']>> {
  /** Tasks, in numbers. */
  readonly taskMetrics: TaskMetrics;
  /** Whether there is a progress callback. */
  readonly hasProgressCallback: boolean;
}

/** The breaker `agent_<name>`, which keeps the contexts of failed tasks. @deprecated Use `UnifiedCircuitBreaker`. */
export class AgentTaskCircuitBreaker extends LegacyBreaker {
  /** The configuration, in seconds. */
  readonly config: AgentCircuitBreakerConfig;
  /** The tasks, and the contexts of those that failed. */
  readonly taskManager: AgentTaskManager;
  readonly #progress: ProgressCallback | undefined;

  /** @throws CircuitBreakerConfigError that lists every problem with the configuration. */
  constructor(name: string, config: AgentCircuitBreakerConfig | AgentCircuitBreakerOptions = {}, { progressCallback, ...runtime }: AgentTaskCircuitBreakerParts = {}) {
    warnOfLegacyName('domain', 'AgentTaskCircuitBreaker', 'UnifiedCircuitBreaker');
    const own = asConfig(AgentCircuitBreakerConfig, config) as AgentCircuitBreakerConfig;
    super(listedBreaker(`agent_${name}`, own.toUnifiedConfig(), runtime));
    this.config = own;
    this.taskManager = insideLegacyName(() => new AgentTaskManager(own, runtime));
    this.#progress = progressCallback;
  }

  /**
   * `call()` as a task. When it fails, or is refused, its context is kept; a refused one has not started.
   *
   * @throws the same as `call()`.
   */
  executeTask<Args extends readonly unknown[], T>(
    operation: LegacyOperation<[...Args, ProgressCallback], T>,
    options: AgentTaskOptions & { readonly withProgress: true },
    ...args: Args
  ): Promise<T>;
  executeTask<Args extends readonly unknown[], T>(operation: LegacyOperation<Args, T>, options?: AgentTaskOptions, ...args: Args): Promise<T>;
  async executeTask<T>(operation: LegacyOperation<never[], T>, { taskId, context, withProgress = false }: AgentTaskOptions = {}, ...args: readonly unknown[]): Promise<T> {
    const task = this.taskManager.prepareTask(taskId, context);
    const given = withProgress ? [...args, this.#progress ?? (() => {})] : args;
    try {
      const result = await this.call(() => {
        this.taskManager.startTask(task);
        return operation(...(given as never[]));
      });
      this.taskManager.completeTask(task);
      return result;
    } catch (error) {
      this.taskManager.failTask(task);
      this.taskManager.preserveContext(task);
      throw error;
    }
  }

  /** The status: that of the breaker, with the domain, tasks, progress callback and configuration. */
  getStatus(): AgentTaskCircuitBreakerStatus {
    return { ...domainStatus(this, 'agent', this.config), taskMetrics: this.taskManager.getStats(), hasProgressCallback: this.#progress !== undefined };
  }
}
