import { describe, expect, it } from 'vitest';
import { readRequest } from './info.ts';

const read = (method: string, target: string) => {
  const [path = '', query = ''] = target.split('?', 2);
  return readRequest(method, path, new URLSearchParams(query));
};

describe('request paths', () => {
  it.each([
    '/api/v1/%',
    '/api//v1',
    '/api/v1/../x',
    '/api/v1/namespaces/%2e%2e/pods',
    '/api/v1/namespaces/a/pods/b%2Fc',
    '/api/v1/nodes/a%2500',
  ])('%s is not well-formed', (path) => {
    expect(read('GET', path)).toBeUndefined();
  });

  it.each([
    ['GET', '/healthz', 'get', undefined],
    ['GET', '/apis/', 'get', undefined],
    ['POST', '/x', 'post', undefined],
    ['GET', '/api/v1/pods', 'list', { resource: 'pods', namespace: '', name: '' }],
    ['GET', '/api/v1/pods?watch=true', 'watch', { resource: 'pods' }],
    ['GET', '/api/v1/pods?watch=0', 'list', { resource: 'pods' }],
    ['GET', '/api/v1/namespaces/a/pods/b?watch=true', 'get', { resource: 'pods', namespace: 'a', name: 'b' }],
    ['DELETE', '/api/v1/namespaces/a/pods', 'deletecollection', { resource: 'pods', namespace: 'a', name: '' }],
    ['PATCH', '/api/v1/namespaces/a/pods/b/status', 'patch', { resource: 'pods', name: 'b', subresource: 'status' }],
    ['GET', '/api/v1/namespaces/a', 'get', { resource: 'namespaces', namespace: 'a', name: 'a' }],
    ['PUT', '/api/v1/namespaces/a/finalize', 'update', { resource: 'namespaces', name: 'a', subresource: 'finalize' }],
    ['GET', '/api/v1/nodes/n', 'get', { resource: 'nodes', namespace: '', name: 'n' }],
    ['POST', '/apis/rbac.authorization.k8s.io/v1/clusterroles', 'create', { group: 'rbac.authorization.k8s.io', resource: 'clusterroles' }],
    ['GET', '/api/v1/namespaces/a/nodes/n', 'get', { resource: 'nodes', row: undefined }],
    ['GET', '/apis/batch/v1/jobs', 'list', { group: 'batch', row: undefined }],
  ])('%s %s', (method, target, verb, resource) => {
    const info = read(method, target);
    expect(info).toMatchObject({ verb, ...(resource === undefined ? {} : { resource }) });
    expect(info?.resource === undefined).toBe(resource === undefined);
  });
});
