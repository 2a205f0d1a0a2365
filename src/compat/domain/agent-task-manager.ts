import { systemClock } from '../../core/clock.ts';
import type { Clock } from '../../core/clock.ts';
import { BoundedMap } from '../bounded-map.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import type { LegacyRuntime } from '../runtime.ts';

/** What is known of a task. */
export interface TaskContext {
  /** Which task it is. */
  readonly taskId: string;
  /** What the caller said of it. */
  readonly context: Readonly<Record<string, unknown>>;
  /** When it was made, in seconds since the Unix epoch. */
  readonly startTime: number;
}

/** Tasks, in numbers. */
export interface TaskMetrics {
  /** Tasks that run. */
  readonly activeTasks: number;
  /** Contexts that are kept. */
  readonly preservedContexts: number;
  /** Tasks since the beginning. */
  readonly taskStats: { readonly started: number; readonly completed: number; readonly failed: number };
}

/** Tasks that may run at once before the oldest is lost sight of. */
const MOST_ACTIVE = 10_000;
/** Contexts that are kept at once. */
const MOST_PRESERVED = 1_000;

/**
 * Which of an agent's tasks run, at most 10 000, and the contexts of those that failed, the newest 1 000. It
 * decides nothing about the circuit.
 *
 * @deprecated Keep a task list of your own.
 */
export class AgentTaskManager {
  readonly #preserves: boolean;
  readonly #clock: Clock;
  readonly #active = new BoundedMap<string, TaskContext>(MOST_ACTIVE);
  readonly #preserved = new BoundedMap<string, TaskContext>(MOST_PRESERVED);
  readonly #stats = { started: 0, completed: 0, failed: 0 };
  #named = 0;

  /** @param config its `preserveContextOnFailure`. */
  constructor({ preserveContextOnFailure }: { readonly preserveContextOnFailure: boolean }, { clock = systemClock }: LegacyRuntime = {}) {
    warnOfLegacyName('domain', 'AgentTaskManager', 'UnifiedCircuitBreaker with a task list of your own');
    this.#preserves = preserveContextOnFailure;
    this.#clock = clock;
  }

  /** The context of a new task. Without an id it gets one of its own: `task_<seconds since the Unix epoch>_<number>`. */
  prepareTask(taskId?: string, context: Readonly<Record<string, unknown>> = {}): TaskContext {
    const startTime = this.#clock.wall() / 1_000;
    return { taskId: taskId ?? `task_${Math.floor(startTime)}_${(this.#named += 1)}`, context, startTime };
  }

  /** A task runs. */
  startTask(task: Pick<TaskContext, 'taskId'> & Partial<TaskContext>): void {
    this.#active.set(task.taskId, { ...this.prepareTask(task.taskId, task.context), ...task });
    this.#stats.started += 1;
  }

  /** A running task has succeeded; any other is passed over. */
  completeTask({ taskId }: Pick<TaskContext, 'taskId'>): void {
    if (this.#active.delete(taskId)) this.#stats.completed += 1;
  }

  /** A running task has failed; any other is passed over. */
  failTask({ taskId }: Pick<TaskContext, 'taskId'>): void {
    if (this.#active.delete(taskId)) this.#stats.failed += 1;
  }

  /** Keeps the context of a task, unless told otherwise. */
  preserveContext(task: TaskContext): void {
    if (this.#preserves) this.#preserved.set(task.taskId, task);
  }

  /** Hands out the context of a task that failed, and forgets it; null when there is none. */
  takePreservedContext(taskId: string): TaskContext | null {
    const found = this.#preserved.get(taskId) ?? null;
    this.#preserved.delete(taskId);
    return found;
  }

  /** Tasks, in numbers. */
  getStats(): TaskMetrics {
    return { activeTasks: this.#active.size, preservedContexts: this.#preserved.size, taskStats: { ...this.#stats } };
  }
}
