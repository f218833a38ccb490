/** A template as people write it by hand, with an expression in CEL. */
export const template = {
  apiVersion: 'templates.gatekeeper.sh/v1',
  kind: 'ConstraintTemplate',
  metadata: { name: 'k8spspcapabilities' },
  spec: {
    crd: {
      spec: {
        names: { kind: 'K8sPSPCapabilities' },
        validation: {
          openAPIV3Schema: { type: 'object', properties: { requiredDropCapabilities: { type: 'array', items: { type: 'string' } } } },
        },
      },
    },
    targets: [
      {
        target: 'admission.k8s.gatekeeper.sh',
        code: [
          {
            engine: 'K8sNativeValidation',
            source: {
              validations: [
                {
                  expression: `variables.anyObject.spec.containers.all(c, variables.params.requiredDropCapabilities.all(wanted,
                    has(c.securityContext) && has(c.securityContext.capabilities) && has(c.securityContext.capabilities.drop) &&
                    c.securityContext.capabilities.drop.exists(dropped, dropped == wanted || dropped == "ALL")))`,
                  message: 'a container keeps a capability that must be dropped',
                },
              ],
            },
          },
        ],
      },
    ],
  },
};
/** The constraint of the AKS documentation. */
export const constraint = {
  apiVersion: 'constraints.gatekeeper.sh/v1beta1',
  kind: 'K8sPSPCapabilities',
  metadata: { name: 'prevent-net-raw' },
  spec: {
    match: { kinds: [{ apiGroups: [''], kinds: ['Pod'] }], excludedNamespaces: ['kube-system'] },
    parameters: { requiredDropCapabilities: ['NET_RAW'] },
  },
};

/** The built-in policy "Kubernetes cluster containers should only use allowed capabilities". */
export const allowedCapabilities = 'c26596ff-4d70-4e6a-9a30-c2506bd2f80c';
