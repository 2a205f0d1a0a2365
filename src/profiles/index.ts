/**
 * What clients throw and return, and what it means.
 * @module
 */
export { aws } from './aws.ts';
export { database } from './database.ts';
export { type Facts, factsOf } from './facts.ts';
export { grpc } from './grpc.ts';
export { http } from './http.ts';
export { llm, type LlmOptions } from './llm.ts';
export type { ProfileOptions, ProfileRule, RuleProfile } from './profile.ts';
export { redis } from './redis.ts';
export type { ItemVerdict, OperationResult, Profile, Verdict } from '../core/judge.ts';
export { retryAfterOf, verdictOf } from './verdict.ts';
