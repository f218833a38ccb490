/** What differs from aad-pod-identity v1.8.17 on purpose, for the parity page. */
export const differences: readonly (readonly [what: string, here: string])[] = [
  ['NMI is away or not started yet', 'pods get 503 instead of the tokens of their node; see ADR 18'],
  ['pods in the host network', 'told apart by the process that asks; no token unless an exception names the pod'],
  [
    'what pods in the host network may do',
    'no NET_RAW, and no NET_ADMIN either: with them a pod would read the tokens of every pod of its node from the wire',
  ],
  [
    'managed mode: identities of the profile',
    'only for the namespaces of their entries, whatever objects or exceptions say elsewhere; the nodes’ own identity is bound by no object (an exception gives it); identities that somebody assigned to the scale set by hand are bound by the objects of any namespace, as upstream',
  ],
  ['managed mode: pods that look like MIC', 'are nothing special: there is no MIC'],
  ['finding the pod', 'by the connection, which the node’s network traces to a pod’s uid; an address alone proves nothing'],
  ['paths', 'a path that could be taken for a token request after decoding, in any case or with back-slashes, is refused'],
  ['requests', 'only GET; X-Forwarded-For is refused'],
  [
    'assigned identities',
    'count only for the pod’s uid (annotation aadpodidentity.k8s.io/pod-uid), and while identity and binding still say the same',
  ],
  ['object ids', 'object_id and principal_id are understood; ids are compared without regard to case'],
  ['/host/token', 'only for an excepted pod in the host network of kube-system or of MIC’s namespace'],
  ['type 2', 'PKCS#12 with PBES2, or PEM; older encryptions are refused with what to do; RSA keys have 4096 bits at most'],
  [
    'service principals',
    'the authority must be one that the platform serves; secrets come from the identity’s own namespace; at most three auxiliary tenants',
  ],
  ['an empty list of identities', '404, not a panic; no panic text ever reaches a pod'],
  ['one bad identity in a batch', 'never blocks the others, also when the refusal names nobody'],
  ['names that collide', 'assigned identities of different identities never share a name: a hash is added'],
  ['in use', 'decided by scale set and identity over all namespaces'],
  ['throttling', 'one throttled scale set does not hold up another'],
  ['reconcile', 'a node that is gone does not end the round'],
  ['leader election', 'by a lease'],
  ['speed', 'changes are worked on at once; a pod’s token waits for its assignment and not for a ticker'],
  ['machines', 'scale sets only'],
  ['flags', '--clientQps, profiling and the type upgrade are accepted without effect; --kubeconfig is refused'],
];
