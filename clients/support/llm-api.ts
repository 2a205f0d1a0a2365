/** An answer that isn't of status 200. */
export interface ErrorAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

export type Headers = Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>);

/** What an API of language models answers, by the model that is asked for. */
export interface LlmApi {
  readonly errors: Readonly<Record<string, ErrorAnswer>>;
  /** A good answer. */
  readonly body: unknown;
  /** Other answers of status 200. */
  readonly bodies?: Readonly<Record<string, unknown>>;
  /** The events of a good stream. */
  readonly good: readonly string[];
  /** How many of them come before the content. */
  readonly preamble: number;
  /** How other streams end, after half of these events. */
  readonly ends: Readonly<Record<string, string>>;
}

export const inTwoSeconds = (): Date => new Date(Date.now() + 2_000);

const WAITS: Readonly<Record<string, Headers>> = {
  '429 seconds': { 'retry-after': '2' },
  '429 milliseconds': { 'retry-after-ms': '2000' },
  '429 date': () => ({ 'retry-after': inTwoSeconds().toUTCString() }),
};

/** The forms of a wait of 2 s that both APIs have. */
export function waits(limited: (headers: Headers) => ErrorAnswer): Record<string, ErrorAnswer> {
  return Object.fromEntries(Object.entries(WAITS).map(([model, headers]) => [model, limited(headers)]));
}

/** The message of a request error names what the caller sent, and that may look like another error. */
export const TOOL_MESSAGE = "Invalid schema for function 'get_billing_address_or_slow_down': 'street' is required.";

export const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

/** An event whose name is the type of its data. */
export function named(type: string, value: object = {}): string {
  return `event: ${type}\n${data({ type, ...value })}`;
}
