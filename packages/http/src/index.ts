/**
 * `http` owns every socket: the TLS listener, host routing, limits, graceful close, the CONNECT proxy and the
 * platform's own client. Surfaces see complete, bounded exchanges and answer with values, so that none of them can
 * forget a limit or leave a connection half-written.
 */
export * from './types.ts';
export { createListener, type Listener, type ListenerOptions } from './listener/listener.ts';
export { faultStatus } from './listener/fault.ts';
export type { Certificates } from './listener/secure-contexts.ts';
export { pipeline, PhaseFailure, type Phase, type PhaseObserver } from './pipeline.ts';
export { defaultLimits, jsonType, refusalHeader, textType, type Limits } from './wire.ts';
export { createConnectProxy, type ConnectProxy, type ProxyOptions } from './proxy/proxy.ts';
export type { ProxyRules, RefusalReason } from './proxy/rules.ts';
export { azureSuffixes, isAzureName } from './proxy/azure-names.ts';
export { addressKind, type Address, type AddressKind, type Lookup } from './addresses.ts';
export { createDialer, type DialerOptions } from './client/dialer.ts';
export { createWireClient, type WireClientOptions } from './client/wire-client.ts';
