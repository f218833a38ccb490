import { child, fill, items, type Draft } from './fill.ts';

const webhook = (draft: Draft): void => {
  fill(draft, { failurePolicy: 'Fail', matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {}, timeoutSeconds: 10 });
  for (const rule of items(draft, 'rules')) fill(rule, { scope: '*' });
  const service = child(child(draft, 'clientConfig') ?? {}, 'service');
  if (service !== undefined) fill(service, { port: 443 });
};

export const defaultValidatingWebhooks = (draft: Draft): void => {
  for (const item of items(draft, 'webhooks')) webhook(item);
};

export const defaultMutatingWebhooks = (draft: Draft): void => {
  for (const item of items(draft, 'webhooks')) {
    webhook(item);
    fill(item, { reinvocationPolicy: 'Never' });
  }
};
