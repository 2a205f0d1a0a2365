import type { LegacyName } from './legacy-name.ts';
import { agentsBaseNames } from './mapping/agents-base.ts';
import { agentsSecurityNames } from './mapping/agents-security.ts';
import { apiGatewayNames } from './mapping/api-gateway.ts';
import { asyncRetryNames } from './mapping/async-retry.ts';
import { authClientNames } from './mapping/auth-client.ts';
import { clickhouseNames } from './mapping/clickhouse.ts';
import { coreNames } from './mapping/core.ts';
import { databaseNames } from './mapping/database.ts';
import { dockerNames } from './mapping/docker.ts';
import { domainNames } from './mapping/domain.ts';
import { errorRecoveryNames } from './mapping/error-recovery.ts';
import { externalServicesNames } from './mapping/external-services.ts';
import { frontendNames } from './mapping/frontend.ts';
import { healthChecksNames } from './mapping/health-checks.ts';
import { utilsNames } from './mapping/legacy-utils.ts';
import { llmNames } from './mapping/llm.ts';
import { metricsNames } from './mapping/metrics.ts';
import { recoveryNames } from './mapping/recovery.ts';
import { reliabilityNames } from './mapping/reliability.ts';
import { resilienceNames } from './mapping/resilience.ts';
import { retryDecoratorNames } from './mapping/retry-decorator.ts';
import { retryHandlerNames } from './mapping/retry-handler.ts';
import { serviceManagerNames } from './mapping/service-manager.ts';
import { serviceMeshNames } from './mapping/service-mesh.ts';
import { servicesNames } from './mapping/services.ts';
import { supervisorNames } from './mapping/supervisor.ts';
import { syntheticDataNames } from './mapping/synthetic-data.ts';

/** Every legacy name: where it was, where it is, what it takes, what was kept and what was mended. The guide is made from it. */
export const mapping: readonly LegacyName[] = [
  ...agentsBaseNames,
  ...agentsSecurityNames,
  ...apiGatewayNames,
  ...asyncRetryNames,
  ...authClientNames,
  ...clickhouseNames,
  ...coreNames,
  ...databaseNames,
  ...dockerNames,
  ...domainNames,
  ...errorRecoveryNames,
  ...externalServicesNames,
  ...frontendNames,
  ...healthChecksNames,
  ...utilsNames,
  ...llmNames,
  ...metricsNames,
  ...recoveryNames,
  ...reliabilityNames,
  ...resilienceNames,
  ...retryDecoratorNames,
  ...retryHandlerNames,
  ...serviceManagerNames,
  ...serviceMeshNames,
  ...servicesNames,
  ...supervisorNames,
  ...syntheticDataNames,
];
