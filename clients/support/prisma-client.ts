import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import { type GetPrismaClientConfig, getPrismaClient } from '@prisma/client/runtime/client';
import type { PoolConfig } from 'pg';

/** The compiler of queries has no types. */
const require = createRequire(import.meta.url);

/** What the tests use of the client. */
export interface Prisma {
  readonly order: {
    create(query: { data: { id: number; name: string } }): Promise<unknown>;
    findMany(query: { where: { name: string } }): Promise<unknown>;
    findUniqueOrThrow(query: { where: { id: number } }): Promise<unknown>;
  };
  $queryRawUnsafe(sql: string): Promise<unknown>;
  $transaction<T>(run: (client: Prisma) => Promise<T>, options: { maxWait?: number; timeout?: number }): Promise<T>;
}

export type PrismaOptions = PoolConfig;

/** Creates a client for one model. */
export function createPrisma(options: PrismaOptions): Prisma {
  return new Client({ adapter: new PrismaPg(options) }) as unknown as Prisma;
}

/**
 * What `prisma generate` writes into `internal/class.ts`, without the types of the model. The command itself isn't
 * used, because it needs 200 MB of packages and downloads an engine that this client has no use for.
 */
const config: GetPrismaClientConfig = {
  previewFeatures: [],
  clientVersion: '7.10.0',
  engineVersion: 'd1b3f377ca835d73fd50954a5e22128b9ebdd6b8',
  activeProvider: 'postgresql',
  inlineSchema: `
datasource db {
  provider = "postgresql"
}
model Order {
  id   Int    @id
  name String @unique
}`,
  runtimeDataModel: JSON.parse(`{
    "models": {
      "Order": {
        "fields": [
          { "name": "id", "kind": "scalar", "type": "Int" },
          { "name": "name", "kind": "scalar", "type": "String" }
        ],
        "dbName": null,
        "schema": null
      }
    },
    "enums": {},
    "types": {}
  }`),
  // The graph lets queries that differ in their values share a plan. This one is empty: three counts of zero.
  parameterizationSchema: { strings: [], graph: 'AAAA' },
  compilerWasm: {
    getRuntime: async () => require('@prisma/client/runtime/query_compiler_fast_bg.postgresql.js'),
    getQueryCompilerWasmModule: async () => {
      const { wasm } = require('@prisma/client/runtime/query_compiler_fast_bg.postgresql.wasm-base64.js');
      return Reflect.construct(Reflect.get(globalThis, 'WebAssembly').Module, [Buffer.from(wasm, 'base64')]);
    },
    importName: './query_compiler_fast_bg.js',
  },
};

const Client = getPrismaClient(config);
