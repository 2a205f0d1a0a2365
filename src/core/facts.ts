import { codeOf, isPrimitive, safeGet, tryOrUndefined } from './untrusted.ts';

/** The facts of errors and responses, wherever clients keep them. Nothing here throws. */

/** A value that may be an error of any client. Constant keys are read several times faster than variable ones. */
type Loose = Readonly<Record<
  | 'name' | 'constructor' | 'code' | 'errno' | 'sqlState' | 'status' | 'statusCode' | 'httpStatusCode' | 'response'
  | '$metadata' | 'cause' | 'parent' | 'original' | 'driverError' | 'lastError' | 'errors', unknown
>>;


/** The error that an error wraps: as Node, Sequelize, TypeORM, the AI SDK and `AggregateError` keep it. */
export function innerOf(error: unknown): unknown {
  if (isPrimitive(error)) return undefined;
  try {
    const { cause, parent, original, driverError, lastError, errors } = error as Loose;
    return cause ?? parent ?? original ?? driverError ?? lastError ?? (Array.isArray(errors) ? errors[0] : undefined);
  } catch {
    return undefined;
  }
}

/** Longer chains, and cycles, are left here. */
const MOST_LINKS = 6;

/** Visits an error and those that it wraps, from the outside in, until `visit` returns something. */
export function along<T>(subject: unknown, visit: (error: unknown) => T | undefined): T | undefined {
  let error = subject;
  for (let links = 0; links < MOST_LINKS; links += 1) {
    const found = visit(error);
    if (found !== undefined) return found;
    error = innerOf(error);
    if (error === undefined || error === null) break;
  }
  return undefined;
}

/** Whether a value is a text or a number that matches. */
export const matches = (pattern: RegExp, value: unknown): boolean =>
  (typeof value === 'string' || typeof value === 'number') && pattern.test(String(value));

const STATUS = /^\d+$/;

function heldStatus(holder: unknown): number | undefined {
  if (isPrimitive(holder)) return undefined;
  const { status, statusCode, httpStatusCode } = holder as Loose;
  if ((status ?? statusCode ?? httpStatusCode) === undefined) return undefined;
  const found = [status, statusCode, httpStatusCode].find((each) => matches(STATUS, each));
  return found === undefined ? undefined : Number(found);
}

/** Errors of breakers whose status is for the reply to a client. The dependency hasn't sent it. */
const OF_BREAKERS = /^ERR_CIRCUIT_(?:TIMEOUT|FALLBACK)$/;

/** The status of an error or a response, or of the response that an error holds. Most are those of HTTP. */
export function statusOf(subject: unknown): number | undefined {
  if (isPrimitive(subject) || matches(OF_BREAKERS, codeOf(subject))) return undefined;
  try {
    return heldStatus(subject) ?? heldStatus((subject as Loose).response) ?? heldStatus((subject as Loose).$metadata);
  } catch {
    return undefined;
  }
}

/** DOMExceptions of these names, and their copies, have numbers as codes that mean nothing. */
const WITHOUT_NUMBERS = /^(?:Abort|Timeout)Error$/;

const NO_CODES: readonly never[] = [];

/** The codes of an error: text, or a number. */
export function codesOf(error: unknown): readonly (string | number)[] {
  if (isPrimitive(error)) return NO_CODES;
  try {
    const { name, code, errno, sqlState } = error as Loose;
    if ((code ?? errno ?? sqlState) === undefined) return NO_CODES;
    const hasNumbers = !matches(WITHOUT_NUMBERS, name);
    return [code, errno, sqlState].filter((each): each is string | number =>
      typeof each === 'string' ? each !== '' : typeof each === 'number' && hasNumbers);
  } catch {
    return NO_CODES;
  }
}

/** The name of an error and of its classes. Every error is an `Error`, so that says nothing unless it is the name. */
export function namesOf(error: unknown): readonly string[] {
  // A timeout of a breaker is one, whatever its class.
  const names = [safeGet(error, 'name'), codeOf(error) === 'ERR_CIRCUIT_TIMEOUT' ? 'TimeoutError' : ''];
  tryOrUndefined(() => {
    let each: unknown = typeof error === 'object' ? Object.getPrototypeOf(error) : null;
    for (let level = 0; level < MOST_LINKS && each !== null; level += 1) {
      const { name } = (each as Loose).constructor as Loose;
      if (name !== 'Error' && name !== 'Object') names.push(name);
      each = Object.getPrototypeOf(each);
    }
  });
  return names.filter((name) => typeof name === 'string' && name !== '') as string[];
}

/** What is said of a failure to callers that may not have caused it, so neither its message nor its error. */
export interface LastFailure {
  /** The name of the error, or of its class if it has none but `Error`. The type of a value that isn't an object. */
  readonly name: string;
  /** The first code of the error or of those that it wraps. */
  readonly code: string | number | undefined;
  /** The first HTTP status of the error or of those that it wraps. */
  readonly status: number | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** Texts of errors are cut, because they are kept. */
const LONGEST_TEXT = 100;

/** Copies a text. Part of a text keeps all of it in memory, which may be the body of a response. */
export const copied = <T>(text: T): T =>
  typeof text === 'string' ? (JSON.parse(JSON.stringify(text.slice(0, LONGEST_TEXT))) as T) : text;

/** The name of its class, if an error has no name but `Error`, and for what isn't thrown: its name may be anything. */
function nameFor(subject: unknown, isThrown: boolean): string {
  if (isPrimitive(subject)) return typeof subject;
  try {
    const { name, constructor } = subject as Loose;
    const hasName = isThrown && typeof name === 'string' && name !== '' && name !== 'Error';
    const label = hasName ? name : (constructor as Loose).name;
    if (typeof label === 'string') return label;
  } catch {}
  return typeof subject;
}

/** Most errors have none of these. To look once at all of them is quicker. */
function isPlain(error: unknown): boolean {
  if (isPrimitive(error)) return true;
  try {
    const { code, errno, sqlState, status, statusCode, response, $metadata } = error as Loose;
    const { cause, parent, original, driverError, lastError, errors } = error as Loose;
    return (code ?? errno ?? sqlState ?? status ?? statusCode ?? response ?? $metadata) === undefined
      && (cause ?? parent ?? original ?? driverError ?? lastError ?? errors) === undefined;
  } catch {
    return false;
  }
}

/** What is known of a failure but its time. Of a returned value, only its class and its status. */
export function failureFacts(subject: unknown, isThrown = true): Omit<LastFailure, 'at'> {
  let code: string | number | undefined;
  let status: number | undefined;
  // `along` would need a closure for each failure.
  for (let each = subject, links = 0; links < MOST_LINKS && !isPlain(each); each = innerOf(each), links += 1) {
    if (isThrown) code ??= codesOf(each)[0];
    status ??= statusOf(each);
    if (!isThrown) break;
  }
  return { name: nameFor(subject, isThrown), code, status };
}

/** Whether a value looks like a response. Any data may have a `status`. */
export function isResponse(value: unknown): boolean {
  const status = safeGet(value, 'status') ?? safeGet(value, 'statusCode');
  return typeof status === 'number' && !isPrimitive(safeGet(value, 'headers'));
}
