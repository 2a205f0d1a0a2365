import 'reflect-metadata';
import {
  type ArgumentsHost, type CallHandler, type CanActivate, Catch, Controller, type ExecutionContext, Get, HttpException,
  Inject, Injectable, Module, type NestInterceptor, Param, SetMetadata, UseGuards, UseInterceptors,
} from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost, NestFactory, Reflector } from '@nestjs/core';
import {
  ClientProxyFactory, MessagePattern, type MicroserviceOptions, Payload, Transport,
} from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Cron, ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { ApiOperation, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { firstValueFrom, map } from 'rxjs';
import { circuitBreaker, CircuitBreakerError, UnifiedCircuitBreaker, withRetry } from 'unified-circuit-breaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callDependency } from './support/dependency.ts';
import { itReplies } from './support/replies.ts';

@Injectable()
class AdminOnly implements CanActivate {
  private readonly reflector: Reflector;

  constructor(@Inject(Reflector) reflector: Reflector) {
    this.reflector = reflector;
  }

  canActivate(context: ExecutionContext): boolean {
    const role: unknown = this.reflector.get('role', context.getHandler());
    return context.switchToHttp().getRequest<{ headers: Record<string, unknown> }>().headers['role'] === role;
  }
}

@Injectable()
class InAnEnvelope implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): ReturnType<CallHandler['handle']> {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

/** What a class with a configuration service would do. */
@Injectable()
class Config {
  readonly breaker = new UnifiedCircuitBreaker({ name: 'configured', timeoutMs: 1_000 });
}

@Controller()
class Api {
  readonly breaker: UnifiedCircuitBreaker;

  constructor(@Inject(Config) config: Config) {
    this.breaker = config.breaker;
  }

  @circuitBreaker()
  @Get('below/:id')
  @SetMetadata('role', 'admin')
  @UseGuards(AdminOnly)
  @UseInterceptors(InAnEnvelope)
  @ApiOperation({ summary: 'Decorators below' })
  async below(@Param('id') id: string): Promise<string> {
    return id;
  }

  @Get('above/:id')
  @SetMetadata('role', 'admin')
  @UseGuards(AdminOnly)
  @UseInterceptors(InAnEnvelope)
  @ApiOperation({ summary: 'Decorators above' })
  @circuitBreaker()
  async above(@Param('id') id: string): Promise<string> {
    return id;
  }

  @SetMetadata('role', 'admin')
  @UseInterceptors(InAnEnvelope)
  @circuitBreaker({ breaker: (self: Api) => self.breaker })
  @UseGuards(AdminOnly)
  @Get('between/:id')
  @ApiOperation({ summary: 'Decorators around' })
  async between(@Param('id') id: string): Promise<string> {
    return id;
  }

  @Get('ends/:end')
  async ends(@Param('end') end: string): Promise<unknown> {
    return callDependency(end);
  }

  @circuitBreaker()
  @MessagePattern('doubled below')
  async doubledBelow(@Payload() value: number): Promise<number> {
    return value * 2;
  }

  @MessagePattern('doubled above')
  @circuitBreaker()
  async doubledAbove(@Payload() value: number): Promise<number> {
    return value * 2;
  }
}

@Injectable()
class Jobs {
  @circuitBreaker()
  @Cron('0 0 1 1 *', { name: 'below' })
  async below(): Promise<void> {}

  @Cron('0 0 1 1 *', { name: 'above' })
  @circuitBreaker()
  async above(): Promise<void> {}
}

@Module({ imports: [ScheduleModule.forRoot()], controllers: [Api], providers: [Jobs, Config, AdminOnly, InAnEnvelope] })
class App {}

const ORDERS = ['below', 'above', 'between'] as const;

describe('Nest 11 on Express', async () => {
  const app = await NestFactory.create(App, { logger: false });
  app.connectMicroservice<MicroserviceOptions>({ transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } });
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  afterAll(() => app.close());
  const ask = (path: string, role = 'admin'): Promise<Response> => fetch(`${url}/${path}`, { headers: { role } });

  it.each(ORDERS)('keeps route, parameters and interceptor of a method with decorators %s', async (order) => {
    expect(await (await ask(`${order}/7`)).json()).toEqual({ data: '7' });
  });

  it.each(ORDERS)('keeps guard and role of a method with decorators %s', async (order) => {
    expect((await ask(`${order}/7`, 'guest')).status).toBe(403);
  });

  it('rejects by the breaker that an instance got from its constructor', async () => {
    app.get(Config).breaker.trip({ forMs: 60_000 });

    expect((await ask('between/7')).status).toBe(503);
    app.get(Config).breaker.reset();
  });

  it('keeps the jobs', () => {
    expect([...app.get(SchedulerRegistry).getCronJobs().keys()].toSorted()).toEqual(['above', 'below']);
  });

  it.each(['doubled below', 'doubled above'])('keeps the message pattern "%s"', async (pattern) => {
    const [server] = app.getMicroservices() as unknown as [{ unwrap(): { address(): { port: number } } }];
    const client = ClientProxyFactory.create({
      transport: Transport.TCP, options: { host: '127.0.0.1', port: server.unwrap().address().port },
    });

    expect(await firstValueFrom(client.send(pattern, 21))).toBe(42);
    await client.close();
  });

  it('keeps the operations of Swagger', () => {
    const { paths } = SwaggerModule.createDocument(app, new DocumentBuilder().build());

    expect(ORDERS.map((order) => paths[`/${order}/{id}`]?.get?.summary))
      .toEqual(['Decorators below', 'Decorators above', 'Decorators around']);
  });

  it('keeps metadata of functions that withRetry wraps', () => {
    const job = async (): Promise<void> => {};
    Reflect.defineMetadata('role', 'admin', job);

    expect(Reflect.getMetadata('role', withRetry(job))).toBe('admin');
  });

  // Only a filter can set headers.
  itReplies((end) => ask(`ends/${end}`), { sendsHeaders: false });
});

/** The filter of docs/frameworks.md. */
@Catch(CircuitBreakerError)
class BreakerFilter extends BaseExceptionFilter {
  override catch(error: CircuitBreakerError, host: ArgumentsHost): void {
    const { status, headers, body } = error.toClient();
    const response = host.switchToHttp().getResponse<{ header(name: string, value: string): void }>();
    for (const [name, value] of Object.entries(headers)) response.header(name, value);
    super.catch(new HttpException(body, status), host);
  }
}

describe.each(['Express', 'Fastify'])('Nest 11 on %s with a filter', (platform) => {
  let app: Awaited<ReturnType<typeof NestFactory.create>>;
  let url: string;

  beforeAll(async () => {
    app = platform === 'Express'
      ? await NestFactory.create(App, { logger: false })
      : await NestFactory.create<NestFastifyApplication>(App, new FastifyAdapter(), { logger: false });
    app.useGlobalFilters(new BreakerFilter(app.get(HttpAdapterHost).httpAdapter));
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(() => app.close());

  itReplies((end) => fetch(`${url}/ends/${end}`));
});
