import { type JsonServer, startJson } from './json-server.ts';

const PREFIX = 'com.amazonaws.dynamodb.v20120810#';

/** Errors of DynamoDB and their statuses. `SlowDown` and `RequestTimeout` are of S3. */
const ERRORS: Readonly<Record<string, number>> = {
  ConditionalCheckFailedException: 400,
  ValidationException: 400,
  ResourceNotFoundException: 400,
  AccessDeniedException: 400,
  UnrecognizedClientException: 400,
  ThrottlingException: 400,
  ProvisionedThroughputExceededException: 400,
  RequestLimitExceeded: 400,
  TooManyRequestsException: 429,
  RequestTimeout: 400,
  TransactionCanceledException: 400,
  SlowDown: 503,
  InternalServerError: 500,
  ServiceUnavailable: 503,
};

/** Headers that ask to wait 2 s. The last one is in milliseconds. */
const WAITS: Readonly<Record<string, () => Readonly<Record<string, string>>>> = {
  seconds: () => ({ 'retry-after': '2' }),
  date: () => ({ 'retry-after': new Date(Date.now() + 2_000).toUTCString() }),
  milliseconds: () => ({ 'x-amz-retry-after': '2000' }),
};

/**
 * Serves DynamoDB. The table of a request says how it ends: `hang`, `reset`, or the name of an error, perhaps with a wait
 * or a reason, such as `ThrottlingException.seconds`. Any other table gets a good answer.
 */
export function startAws(): Promise<JsonServer> {
  return startJson<{ readonly TableName: string }>((_path, { TableName: table }, response) => {
    if (table === 'hang') return;
    if (table === 'reset') {
      response.socket?.resetAndDestroy();
      return;
    }
    const [name = '', detail = ''] = table.split('.');
    const status = ERRORS[name];
    const error = {
      __type: `${PREFIX}${name}`,
      message: `${name} of the test`,
      ...(name === 'TransactionCanceledException' && { CancellationReasons: [{ Code: 'None' }, { Code: detail }] }),
    };
    response.writeHead(status ?? 200, { 'content-type': 'application/x-amz-json-1.0', ...WAITS[detail]?.() });
    response.end(status === undefined ? '{"Item":{}}' : JSON.stringify(error));
  });
}
