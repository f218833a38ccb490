import path from 'node:path';

/** The files of one platform that the command line reads or points at. */
export interface DataFolder {
  readonly root: string;
  /** Marks the folder as Podpass's own. */
  readonly marker: string;
  readonly run: string;
  readonly ca: string;
  readonly caBundle: string;
  readonly javaTrustStore: string;
  readonly admin: string;
  readonly azure: string;
  readonly kubeConfig: string;
  readonly log: string;
  /** What the server printed outside its log: crashes and warnings of Node. */
  readonly errorLog: string;
}

export const dataFolder = (root: string): DataFolder => ({
  root,
  marker: path.join(root, 'podpass.json'),
  run: path.join(root, 'run.json'),
  ca: path.join(root, 'ca.pem'),
  caBundle: path.join(root, 'ca-bundle.pem'),
  javaTrustStore: path.join(root, 'ca-trust.p12'),
  admin: path.join(root, 'admin.json'),
  azure: path.join(root, 'azure'),
  kubeConfig: path.join(root, 'kube', 'config'),
  log: path.join(root, 'logs', 'server.log'),
  errorLog: path.join(root, 'logs', 'server.stderr.log'),
});
