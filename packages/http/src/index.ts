/**
 * `http` owns every socket: the TLS listener, host routing, limits, graceful close, the CONNECT proxy and the
 * platform's own client. Surfaces see complete, bounded exchanges and answer with values, so that none of them can
 * forget a limit or leave a connection half-written.
 */
export * from './types.ts';
