import { describe, expect, it } from 'vitest';
import { AgentCircuitBreaker, AgentTaskCircuitBreaker, AgentTaskManager } from '../../../src/compat/domain/index.ts';
import type { AgentCircuitBreakerOptions, AgentTaskCircuitBreakerParts, ProgressCallback } from '../../../src/compat/domain/index.ts';
import { BOOM, deferred, errorOf } from '../../support/outcomes.ts';
import { testRuntime } from '../support/agreement.ts';

function agentWith(options: AgentCircuitBreakerOptions = {}, parts: AgentTaskCircuitBreakerParts = {}) {
  const runtime = testRuntime();
  return { ...runtime, breaker: new AgentTaskCircuitBreaker('writer', options, { ...runtime, ...parts }) };
}

describe('the AgentTaskCircuitBreaker', () => {
  it('runs a task with its arguments, and counts it', async () => {
    const { breaker } = agentWith();
    const running = deferred<number>();
    const call = breaker.executeTask((a: number, b: number) => running.promise.then((c) => a + b + c), {}, 1, 2);
    const during = breaker.taskManager.getStats();
    running.resolve(3);

    expect(await call).toBe(6);
    expect(during).toEqual({ activeTasks: 1, preservedContexts: 0, taskStats: { started: 1, completed: 0, failed: 0 } });
    expect(breaker.taskManager.getStats()).toEqual({ activeTasks: 0, preservedContexts: 0, taskStats: { started: 1, completed: 1, failed: 0 } });
  });

  it('hands out the context of a failed task once', async () => {
    const { breaker, clock } = agentWith();
    clock.advance(5_000);
    await errorOf(breaker.executeTask(() => Promise.reject(BOOM), { taskId: 'one', context: { step: 3 } }));

    expect(breaker.taskManager.takePreservedContext('one')).toEqual({ taskId: 'one', context: { step: 3 }, startTime: 5 });
    expect(breaker.taskManager.takePreservedContext('one')).toBe(null);
  });

  it('gives tasks that begin in one second ids of their own', async () => {
    const { breaker, clock } = agentWith({ failureThreshold: 99 });
    clock.advance(5_500);
    for (let task = 0; task < 3; task += 1) await errorOf(breaker.executeTask(() => Promise.reject(BOOM), { context: { task } }));

    expect(breaker.taskManager.getStats().preservedContexts).toBe(3);
    expect(['task_5_1', 'task_5_2', 'task_5_3'].map((id) => breaker.taskManager.takePreservedContext(id)?.context)).toEqual([{ task: 0 }, { task: 1 }, { task: 2 }]);
  });

  it('keeps the newest 1 000 contexts', async () => {
    const { breaker } = agentWith({ failureThreshold: 9_999 });
    for (let task = 0; task < 1_001; task += 1) await errorOf(breaker.executeTask(() => Promise.reject(BOOM), { taskId: String(task) }));

    expect(breaker.taskManager.getStats().preservedContexts).toBe(1_000);
    expect(breaker.taskManager.takePreservedContext('0')).toBe(null);
  });

  it('takes a refused call for no task, and keeps its context', async () => {
    const { breaker } = agentWith();
    breaker.forceOpen();
    await errorOf(breaker.executeTask(() => 1, { taskId: 'one', context: { step: 1 } }));

    expect(breaker.taskManager.getStats()).toMatchObject({ activeTasks: 0, taskStats: { started: 0, completed: 0, failed: 0 } });
    expect(breaker.taskManager.takePreservedContext('one')?.context).toEqual({ step: 1 });
  });

  it('takes a task that runs out of time for a failed one', async () => {
    const { breaker, clock } = agentWith();
    const call = errorOf(breaker.executeTask(() => deferred().promise));
    clock.advance(300_000);
    await call;

    expect(breaker.taskManager.getStats()).toMatchObject({ activeTasks: 0, taskStats: { started: 1, failed: 1 } });
  });

  it('gives the progress callback to tasks that ask for it, and to no other', async () => {
    const seen: number[] = [];
    const { breaker } = agentWith({}, { progressCallback: (progress) => void seen.push(progress) });
    await breaker.executeTask((name: string, report: ProgressCallback) => report(name.length), { withProgress: true }, 'four');

    expect(await breaker.executeTask((...args: readonly unknown[]) => args, {}, 1)).toEqual([1]);
    expect(seen).toEqual([4]);
  });

  it('gives tasks that ask for a callback one that does nothing, where there is none', async () => {
    expect(await agentWith().breaker.executeTask((report: ProgressCallback) => report(1), { withProgress: true })).toBe(undefined);
  });

  it('has an alias by its legacy name', () => {
    expect(AgentCircuitBreaker).toBe(AgentTaskCircuitBreaker);
  });
});

describe('the AgentTaskManager', () => {
  it('counts a task that is ended twice once', () => {
    const manager = new AgentTaskManager({ preserveContextOnFailure: true });
    manager.startTask({ taskId: 'one' });
    manager.completeTask({ taskId: 'one' });
    manager.completeTask({ taskId: 'one' });
    manager.failTask({ taskId: 'one' });
    manager.failTask({ taskId: 'never started' });

    expect(manager.getStats().taskStats).toEqual({ started: 1, completed: 1, failed: 0 });
  });

  it('loses sight of the oldest of more than 10 000 running tasks', () => {
    const manager = new AgentTaskManager({ preserveContextOnFailure: true });
    for (let task = 0; task < 10_001; task += 1) manager.startTask({ taskId: String(task) });

    expect(manager.getStats().activeTasks).toBe(10_000);
  });
});
