/**
 * One legacy name: its module and its name there, the subpath `./compat/<source>` that has it now as `shim`, and what
 * to use in new code.
 */
export type LegacyName = Readonly<Record<'module' | 'name' | 'source' | 'shim' | 'replacement', string>>;

/** Shim, replacement, and the legacy name where it differs. */
type Row = readonly [shim: string, replacement: string, name?: string];

function namesOf(source: string, module: string, rows: readonly Row[]): readonly LegacyName[] {
  return rows.map(([shim, replacement, name = shim]) => ({ module, name, source, shim, replacement }));
}

const BREAKER = 'UnifiedCircuitBreaker';
const CONFIG = 'UnifiedCircuitConfig';
const MANAGER = 'UnifiedCircuitBreakerManager';
const DEFAULT_MANAGER = 'getUnifiedCircuitBreakerManager()';
const REJECTION = 'CircuitBreakerOpenError';
const KEYED = `${DEFAULT_MANAGER}.keyed(name, options)`;
const CREATE = `${DEFAULT_MANAGER}.createCircuitBreaker(name, config)`;
const REMOVE = `${DEFAULT_MANAGER}.removeCircuitBreaker(name)`;
const DECORATOR = 'circuitBreaker({ name }) or withBreaker(fn, { name })';

const core = /* @__PURE__ */ namesOf('core', 'core/circuit_breaker*.py', [
  ['CircuitBreaker', BREAKER], ['CircuitConfig', CONFIG],
  ['createCircuitConfigForEnvironment', 'presets.environments', 'CircuitConfig.create_for_environment'],
  ['CircuitStates', 'CircuitState', 'CircuitState'], ['CircuitState', 'CircuitState'],
  ['CircuitBreakerOpenError', REJECTION], ['CircuitBreakerRegistry', MANAGER],
  ['circuitRegistry', DEFAULT_MANAGER, 'circuit_registry'],
  ['getCircuitBreaker', CREATE, 'get_circuit_breaker'],
  ['removeCircuitBreaker', REMOVE, 'remove_circuit_breaker'],
  ['getAllCircuitBreakerMetrics', `${DEFAULT_MANAGER}.getAllStatus()`, 'get_all_circuit_breaker_metrics'],
  ['cleanupAllCircuitBreakers', `${REMOVE} for each name`, 'cleanup_all_circuit_breakers'],
  ['circuitBreaker', DECORATOR, 'circuit_breaker'],
  ['withHealthCheck', 'circuitBreaker({ name, healthCheck })', 'with_health_check'],
  ['circuitBreakerSync', 'withBreakerSync(fn, { name })', 'circuit_breaker_sync'],
  ['AdaptiveCircuitBreaker', `${BREAKER} with adaptiveThreshold`],
]);

/** Every legacy name. */
export const mapping: readonly LegacyName[] = /* @__PURE__ */ [
  ...core,
  // These modules only re-exported core. Their subpaths are aliases of core.
  ...core.map((row) => ({ ...row, source: 'utils', module: 'utils/circuit_breaker.py' })),
  ...core.map((row) => ({ ...row, source: 'synthetic-data', module: 'services/synthetic_data/circuit_breaker.py' })),
  ...namesOf('services', 'services/circuit_breaker.py', [
    ['CircuitBreaker', BREAKER], ['CircuitBreakerConfig', CONFIG], ['CircuitBreakerManager', MANAGER],
    ['getCircuitBreakerManager', DEFAULT_MANAGER, 'get_circuit_breaker_manager'],
    ['circuitBreaker', DECORATOR, 'circuit_breaker'],
    ['circuitBreakerContext', `${CREATE}.call(body)`, 'circuit_breaker_context'],
    ['ServiceCircuitBreakers', 'UnifiedServiceCircuitBreakers'],
    ['CircuitBreakerException', 'CircuitBreakerError'], ['CircuitOpenException', REJECTION],
    ['CircuitTimeoutException', 'CircuitBreakerTimeoutError'], ['CircuitState', 'CircuitState'],
  ]),
  ...namesOf('agents-base', 'agents/base/circuit_breaker*.py', [
    ['CircuitBreaker', BREAKER], ['CircuitBreakerConfig', CONFIG], ['CircuitBreakerOpenException', REJECTION],
  ]),
  ...namesOf('agents-security', 'agents/security/circuit_breaker.py', [
    ['AgentCircuitBreaker', BREAKER], ['SystemCircuitBreaker', MANAGER],
    ['getSystemCircuitBreaker', DEFAULT_MANAGER, 'get_system_circuit_breaker'],
    ['CircuitBreakerConfig', CONFIG], ['AgentSecurityCircuitConfig', CONFIG, 'CircuitBreakerConfig'],
    ['FailureType', `${BREAKER} with errors whose names say the kind`],
  ]),
  ...namesOf('async-retry', 'core/async_retry_logic.py', [
    ['AsyncCircuitBreaker', BREAKER], ['ServiceError', REJECTION],
  ]),
  ...namesOf('database', 'core/clickhouse_connection_manager.py', [
    ['ClickHouseCircuitBreaker', BREAKER], ['CircuitBreakerConfig', CONFIG], ['ConnectionError', REJECTION],
  ]),
  ...namesOf('database', 'db/*.py', [
    ['DatabaseClientConfig', CONFIG], ['CircuitBreakerManager', CREATE],
    ['DatabaseManager', `${DEFAULT_MANAGER}.createCircuitBreaker('database_connection', config)`],
  ]),
  ...namesOf('api-gateway', 'services/api_gateway/circuit_breaker*.py', [
    ['ApiCircuitBreaker', BREAKER], ['CircuitBreakerConfig', CONFIG], ['CircuitBreakerManager', KEYED],
    ['CircuitBreakerOpenError', REJECTION],
    ['EndpointCircuitBreakerManager', KEYED, 'CircuitBreakerManager'],
    ['EndpointCircuitBreakerConfig', CONFIG, 'CircuitBreakerConfig'],
    ['circuitBreakerManager', KEYED, 'circuit_breaker_manager'],
  ]),
  ...namesOf('llm', 'llm/*.py', [
    ['LLMCircuitBreakerManager', `${MANAGER} with presets.llm`], ['LLMClientConfig', 'presets.llm'],
    ['CircuitBreakerConfig', CONFIG],
    ['CircuitBreakerRetryStrategy', `${BREAKER} around retry(operation, options)`],
  ]),
  ...namesOf('domain', 'core/resilience/domain_circuit_breakers.py', [
    ['DatabaseCircuitBreaker', `${BREAKER} with presets.database`], ['DatabaseCircuitBreakerConfig', CONFIG],
    ['LlmCircuitBreaker', `${BREAKER} with presets.llmService`, 'LLMCircuitBreaker'],
    ['LLMCircuitBreaker', `${BREAKER} with presets.llmService`],
    ['LlmCircuitBreakerConfig', CONFIG, 'LLMCircuitBreakerConfig'], ['LLMCircuitBreakerConfig', CONFIG],
    ['AuthCircuitBreaker', `${BREAKER} with presets.authService`], ['AuthCircuitBreakerConfig', CONFIG],
    ['AgentTaskCircuitBreaker', BREAKER, 'AgentCircuitBreaker'], ['AgentCircuitBreaker', BREAKER],
    ['AgentCircuitBreakerConfig', CONFIG],
  ]),
  ...namesOf('reliability', 'core/reliability_circuit_breaker.py', [
    ['CircuitBreaker', BREAKER], ['CircuitBreakerConfig', CONFIG], ['CircuitBreakerState', 'CircuitState'],
  ]),
  ...namesOf('supervisor', 'agents/supervisor/*.py', [
    ['CircuitBreaker', BREAKER], ['CircuitBreakerConfig', CONFIG], ['CircuitBreakerState', 'CircuitState'],
    ['FallbackManager', `${BREAKER} with tryCall(operation)`],
  ]),
  ...namesOf('metrics', 'services/metrics/circuit_breaker_metrics.py', [['CircuitBreakerMetrics', BREAKER]]),
  ...namesOf('frontend', 'frontend/lib/circuit-breaker.ts', [['CircuitBreaker', BREAKER]]),
];
