/** The legacy names of `core/resilience/domain_circuit_breakers`. @module */
import { isCircuitBreakerTimeoutError } from '../../core/errors.ts';
import { nameOf, safeGet } from '../../core/untrusted.ts';
import { ignoredBy, presets } from '../../presets/presets.ts';
import { NamedBreaker, type BreakerSpec, type Given, type LegacyParts } from '../breaker.ts';
import type { LegacyOperation } from '../call.ts';
import { legacyConfig, type LegacyConfig } from '../config.ts';
import { agentConfig, authConfig, databaseConfig, llmDomainConfig, type LegacyOptions } from '../option-tables.ts';
import { legacyOptionsOf, type GivenLegacy } from '../options.ts';

/** Returns the name of an error, or of its class. A timeout of the breaker is a `TimeoutError`. */
function classNameOf(error: unknown): unknown {
  if (isCircuitBreakerTimeoutError(error)) return 'TimeoutError';
  const name = nameOf(error);
  if (typeof name === 'string' && name !== '' && name !== 'Error') return name;
  return safeGet(safeGet(error, 'constructor'), 'name');
}

/** Returns whether an error has one of the names. Subclasses with a name of their own don't match. */
const isListed = (error: unknown, names: readonly string[]): boolean => names.includes(classNameOf(error) as string);

/** The errors that count: those of the list, if there is one, and otherwise all but the answers of the service. */
function judgement(expected: readonly string[] | undefined, isAnswer?: (error: unknown) => boolean) {
  if (!expected?.length) return isAnswer === undefined ? {} : { ignoreErrors: isAnswer };
  return { countErrors: (error: unknown) => isListed(error, expected) };
}

/** A breaker that the manager lists under the name of its domain. */
abstract class DomainBreaker<Options extends LegacyOptions> extends NamedBreaker<Options> {
  /** Returns the status, with the domain. */
  override getStatus() { return { ...super.getStatus(), domain: this.spec.prefix?.replace('_', '') }; }
}

const domain = { source: 'domain', shared: true } as const;

type DatabaseOptions = typeof databaseConfig.options;
/** The configuration of a `DatabaseCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const DatabaseCircuitBreakerConfig = /* @__PURE__ */ legacyConfig(databaseConfig, (held) =>
  judgement(held.expectedDatabaseExceptions, (e) => ignoredBy(presets.database)(e) || isListed(e, ['IntegrityError'])));
export type DatabaseCircuitBreakerConfig = LegacyConfig<DatabaseOptions>;

/** The breaker `database_<name>`. @deprecated Use `UnifiedCircuitBreaker` with `presets.database`. */
export class DatabaseCircuitBreaker extends DomainBreaker<DatabaseOptions> {
  /** @internal */ static override readonly spec: BreakerSpec<DatabaseOptions> = {
    ...domain, name: 'DatabaseCircuitBreaker', replacement: 'UnifiedCircuitBreaker with presets.database',
    config: DatabaseCircuitBreakerConfig, prefix: 'database_',
  };
  /** Runs `operation`, as `call()` does. */
  execute<Args extends readonly unknown[], T>(operation: LegacyOperation<Args, T>, ...args: Args): Promise<T> {
    return this.call(operation, ...args);
  }
}

type LlmOptions = typeof llmDomainConfig.options;
type LlmParts = LegacyParts & { readonly model?: string | null | undefined };
/** The configuration of an `LlmCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const LlmCircuitBreakerConfig = /* @__PURE__ */ legacyConfig(llmDomainConfig, ({ expectedLlmExceptions }) =>
  judgement(expectedLlmExceptions, ignoredBy(presets.authService)));
export type LlmCircuitBreakerConfig = LegacyConfig<LlmOptions>;

/** Returns the numbers of a model in legacy options, with the wait that it had. */
function tuningOf(model: string | null): Partial<GivenLegacy<LlmOptions>> {
  const isFlash = model?.includes('flash') === true;
  if (!model?.startsWith('gemini-') || !(isFlash || model.includes('pro'))) return {};
  const [preset, recoveryTimeoutSeconds] = isFlash ? [presets.llm.geminiFlash, 5] : [presets.llm.geminiPro, 10];
  return { ...legacyOptionsOf(llmDomainConfig.options, preset), recoveryTimeoutSeconds, maxBackoffSeconds: 60 };
}

/** The breaker `llm_<name>`. @deprecated Use `UnifiedCircuitBreaker` with `presets.llmService`. */
export class LlmCircuitBreaker extends DomainBreaker<LlmOptions> {
  /** @internal */ static override readonly spec: BreakerSpec<LlmOptions> = {
    ...domain, name: 'LlmCircuitBreaker', replacement: 'UnifiedCircuitBreaker with presets.llmService',
    config: LlmCircuitBreakerConfig, prefix: 'llm_',
  };
  /** The model, or `null`. Names that begin with `gemini-` have numbers of their own. Your options win over them. */
  readonly model: string | null;
  constructor(name: string, config: Given<LlmOptions> = {}, parts: LlmParts = {}) {
    const { model = null, ...others } = parts;
    const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
    super(name, 'toUnifiedConfig' in config ? config : { ...tuningOf(model), ...given }, others);
    this.model = model;
  }
  /** Returns the status, with domain and model. */
  override getStatus() { return { ...super.getStatus(), model: this.model }; }
}

type AuthOptions = typeof authConfig.options;
/** The configuration of an `AuthCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const AuthCircuitBreakerConfig = /* @__PURE__ */ legacyConfig(authConfig, (held) => {
  const { credentialErrors, sessionErrors, securityErrors } = held;
  const answers = [...credentialErrors, ...sessionErrors, ...securityErrors, 'AuthorizationError', 'TokenExpiredError'];
  return judgement(held.expectedAuthExceptions, (e) => ignoredBy(presets.authService)(e) || isListed(e, answers));
});
export type AuthCircuitBreakerConfig = LegacyConfig<AuthOptions>;

/** The breaker `auth_<name>`. Errors about the user don't count. @deprecated Use `UnifiedCircuitBreaker`. */
export class AuthCircuitBreaker extends DomainBreaker<AuthOptions> {
  /** @internal */ static override readonly spec: BreakerSpec<AuthOptions> = {
    ...domain, name: 'AuthCircuitBreaker', replacement: 'UnifiedCircuitBreaker with presets.authService',
    config: AuthCircuitBreakerConfig, prefix: 'auth_',
  };
}

type AgentOptions = typeof agentConfig.options;
/** The configuration of an `AgentTaskCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const AgentCircuitBreakerConfig = /* @__PURE__ */ legacyConfig(agentConfig, ({ expectedAgentExceptions }) =>
  judgement(expectedAgentExceptions));
export type AgentCircuitBreakerConfig = LegacyConfig<AgentOptions>;

/** The breaker `agent_<name>`. @deprecated Use `UnifiedCircuitBreaker`. */
export class AgentTaskCircuitBreaker extends DomainBreaker<AgentOptions> {
  /** @internal */ static override readonly spec: BreakerSpec<AgentOptions> =
    { ...domain, name: 'AgentTaskCircuitBreaker', config: AgentCircuitBreakerConfig, prefix: 'agent_' };
}

export {
  AgentTaskCircuitBreaker as AgentCircuitBreaker, LlmCircuitBreaker as LLMCircuitBreaker,
  LlmCircuitBreakerConfig as LLMCircuitBreakerConfig,
};
