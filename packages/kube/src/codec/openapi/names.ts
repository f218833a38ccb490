/** Name of a message as an OpenAPI component: `core.v1.Pod` → `io.k8s.api.core.v1.Pod`. */
export const componentName = (message: string): string => {
  if (message.startsWith('meta.')) return `io.k8s.apimachinery.pkg.apis.${message}`;
  if (message.startsWith('apiextensions.')) return `io.k8s.apiextensions-apiserver.pkg.apis.${message}`;
  return `io.k8s.api.${message}`;
};

export const componentRef = (message: string): { $ref: string } => ({ $ref: `#/components/schemas/${componentName(message)}` });
