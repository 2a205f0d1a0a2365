/** What can be wrong with the upstream. `killed` is done to its process. The others it does itself. */
export type Fault = 'none' | 'killed' | 'hanging' | 'errors' | 'slow';

/** The two clients that share the upstream. */
export type ClientName = 'bare' | 'protected';

/** The request header that names the client. */
export const clientHeader = 'x-demo-client';

/** What the demo tells the upstream process. */
export interface FaultOrder {
  readonly fault: Exclude<Fault, 'killed'>;
  /** How long a response takes while `slow`, in milliseconds. */
  readonly slowAnswerMs: number;
}

/** What the upstream process tells the demo. `hung`: a request arrived that gets no response. */
export type UpstreamReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'applied'; readonly port: number }
  | { readonly kind: 'hung'; readonly client: ClientName };
