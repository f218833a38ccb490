import { child, ensure, fill, items, type Draft } from './fill.ts';

const rbacGroup = 'rbac.authorization.k8s.io';

export const defaultBinding = (draft: Draft): void => {
  const role = child(draft, 'roleRef');
  if (role !== undefined && (role['apiGroup'] ?? '') === '') role['apiGroup'] = rbacGroup;
  for (const subject of items(draft, 'subjects')) {
    const group = subject['kind'] === 'User' || subject['kind'] === 'Group' ? rbacGroup : '';
    if (group !== '' && (subject['apiGroup'] ?? '') === '') subject['apiGroup'] = group;
  }
};

export const defaultRole = (draft: Draft): void => {
  // `rules: null` is what Go prints for a role without rules; clients read both alike.
  draft['rules'] ??= [];
};

export const defaultTokenRequest = (draft: Draft): void => fill(ensure(draft, 'spec'), { expirationSeconds: 3600 });

/** `stringData` is write-only: it is moved to `data`, and wins over it. */
export const defaultSecret = (draft: Draft): void => {
  fill(draft, { type: 'Opaque' });
  const texts = child(draft, 'stringData');
  if (texts === undefined) return;
  const data = Object.entries(child(draft, 'data') ?? {});
  const encoded = Object.entries(texts).map(([name, value]): [string, unknown] => [
    name,
    typeof value === 'string' ? Buffer.from(value, 'utf8').toString('base64') : value,
  ]);
  draft['data'] = Object.fromEntries([...data, ...encoded]);
  delete draft['stringData'];
};

export const defaultNamespace = (draft: Draft): void => {
  fill(ensure(draft, 'spec'), { finalizers: ['kubernetes'] });
  fill(ensure(draft, 'status'), { phase: 'Active' });
  const metadata = ensure(draft, 'metadata');
  const name = metadata['name'];
  if (typeof name === 'string' && name !== '') ensure(metadata, 'labels')['kubernetes.io/metadata.name'] = name;
};

export const defaultEvent = (draft: Draft): void => {
  fill(draft, { source: {}, reportingComponent: '', reportingInstance: '' });
};
