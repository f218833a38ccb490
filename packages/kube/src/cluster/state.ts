import {
  createCertificateAuthority,
  importSigningKey,
  loadCertificateAuthority,
  type CertificateAuthority,
  type Envelope,
  type KeyPool,
  type SigningKey,
} from '@podpass/crypto';
import { isObject, KernelError, parseJson, type Clock } from '@podpass/kernel';
import { fields, strings, text } from '../object/read.ts';
import type { ClusterSpec } from '../types.ts';

/** What a cluster is beside its objects. */
export interface ClusterState {
  readonly spec: ClusterSpec;
  readonly ca: CertificateAuthority;
  /** Newest first. */
  readonly signingKeys: readonly SigningKey[];
}

/** Prefix of the records of all clusters; one sealed record each, its context is its key. */
export const statePrefix = '/kube-clusters/';
export const stateKey = (uid: string): string => `${statePrefix}${uid}`;

const authorityDays = 3_650;

/** The state of a new cluster: its own CA for clients and kubelets, and a first signing key. */
export const newState = async (spec: ClusterSpec, deps: { keyPool: KeyPool; machineClock: Clock }): Promise<ClusterState> => {
  const [ca, key] = await Promise.all([
    createCertificateAuthority({
      commonName: `podpass cluster ${spec.uid}`,
      permittedDns: [],
      clock: deps.machineClock,
      days: authorityDays,
    }),
    deps.keyPool.take(),
  ]);
  return { spec, ca, signingKeys: [key] };
};

/** Seals the state with its private keys. */
export const sealState = (
  envelope: Envelope,
  state: { spec: ClusterSpec; ca: CertificateAuthority; signingKeys: readonly string[] },
): Buffer => {
  const { spec, ca, signingKeys } = state;
  const record = { spec, ca: { certificate: ca.certificate, privateKey: ca.exportPrivate() }, signingKeys };
  return envelope.seal(Buffer.from(JSON.stringify(record)), stateKey(spec.uid));
};

const corrupt = () => new KernelError('corrupt', 'A stored cluster record cannot be read.');

const readSpec = (value: unknown): ClusterSpec => {
  const source = fields(value);
  const spec = {
    uid: text(source['uid']),
    name: text(source['name']),
    fqdn: text(source['fqdn']),
    issuer: text(source['issuer']),
    publishIssuer: source['publishIssuer'] === true,
    version: text(source['version']),
  };
  if (spec.uid === '' || spec.fqdn === '' || spec.issuer === '' || spec.version === '') throw corrupt();
  return spec;
};

/** Opens a stored state. Throws KernelError `corrupt`. */
export const openState = (envelope: Envelope, record: { key: string; value: Uint8Array }, machineClock: Clock): ClusterState => {
  const value = parseJson(envelope.open(record.value, record.key).toString('utf8'));
  if (!isObject(value)) throw corrupt();
  const ca = fields(value['ca']);
  return {
    spec: readSpec(value['spec']),
    ca: loadCertificateAuthority({ certificate: text(ca['certificate']), privateKey: text(ca['privateKey']), clock: machineClock }),
    signingKeys: strings(value['signingKeys']).map(importSigningKey),
  };
};
