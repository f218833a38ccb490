/** One test case of aad-pod-identity v1.8.17: the test here that shows the same, or why there is none. */
export interface UpstreamCase {
  readonly part: 'MIC' | 'NMI' | 'ARM' | 'e2e';
  readonly name: string;
  /** Test file, from the package's `src`, or from the repository's root when it begins with `conformance/`; and words of its title. */
  readonly witness?: readonly [file: string, title: string];
  readonly why?: string;
}

const mic = (name: string, title: string, file = 'mic/mic-cases.test.ts'): UpstreamCase => ({ part: 'MIC', name, witness: [file, title] });
const nmi = (name: string, title: string, file: string): UpstreamCase => ({ part: 'NMI', name, witness: [file, title] });
const arm = (name: string, title: string, file = 'mic/arm/arm-cloud.test.ts'): UpstreamCase => ({
  part: 'ARM',
  name,
  witness: [file, title],
});
const not = (part: UpstreamCase['part'], name: string, why: string): UpstreamCase => ({ part, name, why });

/** Upstream's end-to-end tests, which need a cluster on Azure there. */
const endToEnd = (name: string, suite: 'standard' | 'standard-cloud' | 'standard-install' | 'kubenet', title: string): UpstreamCase => ({
  part: 'e2e',
  name,
  witness: [`conformance/src/pod-identity/${suite}.clients.test.ts`, title],
});

/** All cases of upstream's tests, by the names that they have there. */
export const upstreamCases: readonly UpstreamCase[] = [
  mic('MapMICClient', 'upstream MapMICClient'),
  mic('SimpleMICClient', 'SimpleMICClient: assigns'),
  mic('SimpleMICClient, cloud error', 'SimpleMICClient: an error of the cloud'),
  mic('UpdateAssignedIdentities, identity changed', 'UpdateAssignedIdentities: a changed identity'),
  mic('UpdateAssignedIdentities, pod moved', 'UpdateAssignedIdentities: a pod that moved'),
  mic('AddUpdateDel', 'AddUpdateDel'),
  mic('AddDelMICClient', 'AddDelMICClient'),
  mic('MicAddDelVMSS', 'MicAddDelVMSS'),
  mic('MICStateFlow', 'MICStateFlow'),
  mic('ForceNamespaced', 'ForceNamespaced'),
  mic('SyncRetryLoop', 'SyncRetryLoop'),
  mic('SyncNodeNotFound', 'SyncNodeNotFound: the objects of nodes'),
  mic('SyncExit', 'SyncExit'),
  mic('VMSSWithImmutableIdentities', 'VMSSWithImmutableIdentities'),
  mic('CloudProviderRetryLoop', 'CloudProviderRetryLoop'),
  mic('GenerateIdentityAssignmentState VMSS and Diff', 'GenerateIdentityAssignmentState'),
  not('MIC', 'GenerateIdentityAssignmentState VM', 'nodes are instances of scale sets only'),
  not('MIC', 'ProcessingTimeForScale', 'a churn of 1,000 pods and 200 identities is tested and measured instead of 20,000 pods'),
  not('MIC', 'v1 conversions, type upgrade', 'there are no objects of older API types'),
  arm('ParseResourceID', 'upstream ParseResourceID'),
  arm('ExtractIdentitiesFromError', 'upstream ExtractIdentitiesFromError'),
  arm('GetRetryAfter', '429 is not repeated'),
  arm('Set/RemoveUserIdentity VMSS, identity type transitions', 'upstream Set/RemoveUserIdentity'),
  not('ARM', 'Set/RemoveUserIdentity VM', 'nodes are instances of scale sets only'),
  arm('Truncate 150', 'upstream Truncate'),
  arm('resource id validity', 'upstream resource id validity', 'crds/crds.test.ts'),
  nmi('standard: no ids', 'no assigned identities', 'nmi/standard.test.ts'),
  nmi('standard: stateless legacy', 'stateless assigned identities', 'nmi/standard.test.ts'),
  nmi('standard: created only', 'created only', 'nmi/standard.test.ts'),
  nmi('standard: assigned', 'assigned: seven strings', 'nmi/standard.test.ts'),
  nmi('standard: same namespace in force namespaced', 'force namespaced: serves the same namespace', 'nmi/standard.test.ts'),
  nmi('service principal and certificate tokens', 'service principals', 'nmi/acquire/principals.test.ts'),
  nmi('managed: no bindings', 'no bindings', 'nmi/managed.test.ts'),
  nmi('managed: client id not found', 'client id not found', 'nmi/managed.test.ts'),
  nmi('managed: resource id not found', 'resource id not found', 'nmi/managed.test.ts'),
  nmi('server: RouterPathPrefix', 'is an invalid request', 'nmi/server.test.ts'),
  nmi('server: no metadata header', 'metadata header %j is none', 'nmi/server.test.ts'),
  nmi('server: no remote address', 'no remote address', 'nmi/server.test.ts'),
  nmi('server: ParseTokenRequest, resource exists', 'no resource: 400', 'nmi/server.test.ts'),
  nmi('IsPodExcepted', 'excepted pods get the identities', 'nmi/server.test.ts'),
  nmi('host token handler', '/host/token', 'nmi/server.test.ts'),
  nmi('kubenet detection', 'kubenet detection', 'nmi/nmi.test.ts'),
  nmi('pod info by IP', 'a pod gets no token of an identity that is not bound to it', 'nmi/isolation.test.ts'),
  not('NMI', 'iptables rules', 'nothing is redirected: the metadata address belongs to the node’s own namespace'),
  not('NMI', 'token error classes', 'they are types of a Go library; the status codes that they lead to are tested'),
  endToEnd('MIC leader killed', 'standard-cloud', 'when the leader is killed the other one goes on'),
  endToEnd('exception bypass', 'standard', 'an excepted pod has what the machine has'),
  endToEnd('init container', 'standard', 'several containers and an init container of one pod'),
  endToEnd('instance metadata', 'standard', 'answers at the other paths'),
  endToEnd('invalid identities in a batch', 'standard', 'refused identities never hold up the others'),
  endToEnd('liveness', 'standard-install', 'answers the probes of its manifest'),
  endToEnd('multiple identities, removed in random order', 'standard', 'several identities behind one selector'),
  endToEnd('forty pods', 'standard', 'forty pods at once'),
  endToEnd('label changed', 'standard', 'a pod that gets another label'),
  endToEnd('name conflict across namespaces', 'standard', 'one name in two namespaces'),
  endToEnd('nodes: shared identity', 'standard-cloud', 'an identity that another node still needs'),
  endToEnd('nodes: unassigned by hand', 'standard-cloud', 'does not keep its assignment from ending'),
  endToEnd('nodes: system-assigned and pre-existing identities', 'standard-cloud', 'identities that were there before'),
  endToEnd('nodes: immutable identities', 'standard-cloud', 'identities that the flag names'),
  endToEnd('nodes: reconcile', 'standard-cloud', 'what is taken away by hand comes back'),
  endToEnd('nodes: cluster identity', 'standard-cloud', 'own identity is never taken'),
  endToEnd('Retry-After', 'standard-cloud', 'a Retry-After for clients'),
  endToEnd('service principal', 'standard-cloud', 'by its Secret'),
  endToEnd('single identity', 'standard', 'the first pod waits'),
  endToEnd('gatekeeper', 'kubenet', 'with a constraint in the cluster'),
  not('e2e', 'instance metadata blocked', 'the flag is covered by a unit test of NMI'),
];
