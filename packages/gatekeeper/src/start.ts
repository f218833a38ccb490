import { createListener } from '@podpass/http';
import { KernelError, messageOf } from '@podpass/kernel';
import { pause } from '@podpass/kube-client';
import { createPolicies } from './azure/policies.ts';
import { createAudit } from './control/audit.ts';
import { createNamespaces } from './control/namespaces.ts';
import { createRegistry } from './control/registry.ts';
import { awaitEstablished, createTemplates } from './control/templates.ts';
import { applyManifest, deletePath } from './install/apply.ts';
import { reachManifests, templateDefinition, webhookConfiguration } from './install/manifests.ts';
import { createGatekeeperSurface } from './review/surface.ts';
import { definitionName } from './template/definition.ts';
import type { Gatekeeper, GatekeeperOptions, PolicyConstraint } from './types.ts';
import { names, paths, times } from './wire.ts';

/** Runs one piece of work after the other. */
const createLine = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
};

/**
 * Installs Gatekeeper in a cluster and enforces what it holds: settles once every template and constraint that is
 * there already is in force. Throws what the API server answers, and KernelError `unavailable` when it takes too long.
 */
export const startGatekeeper = async (options: GatekeeperOptions): Promise<Gatekeeper> => {
  const { client, certificate, clock, telemetry, address = '127.0.0.1', auditInterval = times.audit } = options;
  const log = telemetry.log.child({ part: 'gatekeeper' });
  const stop = new AbortController();
  const { signal } = stop;
  const registry = createRegistry();
  const namespaces = createNamespaces({ client, log });
  const inLine = createLine();
  let wanted: readonly PolicyConstraint[] | undefined;
  let changed = new AbortController();

  const templates = createTemplates({ client, registry, log, signal, onChange: () => changed.abort() });
  const audit = createAudit({ client, registry, templates, namespace: namespaces.get, clock, log, signal });
  const setPolicies = createPolicies({ client, registry, templates, signal });
  const issued = { certificate: certificate.cert, privateKey: certificate.key };
  const listener = createListener({
    surfaces: [createGatekeeperSurface({ registry, namespace: namespaces.get, telemetry: { ...telemetry, log } })],
    certificates: { forHost: async () => issued },
    telemetry,
    clock,
    host: address,
    port: 0,
    minVersion: 'TLSv1.3',
  });

  /** Audits after changes and now and then, and puts back what was taken away. */
  const mind = async () => {
    while (!signal.aborted) {
      await pause(auditInterval, AbortSignal.any([signal, changed.signal]));
      const touched = changed.signal.aborted;
      if (touched) await pause(times.auditDelay, signal);
      changed = new AbortController();
      if (signal.aborted) return;
      try {
        await inLine(async () => {
          if (signal.aborted) return;
          if (!touched) await applyManifest(client, webhookConfiguration(certificate.caBundle));
          if (wanted !== undefined) await setPolicies(wanted);
        });
        await audit();
      } catch (thrown) {
        if (!signal.aborted) log.warn({ error: messageOf(thrown) }, 'an audit of the policies failed');
      }
    }
  };

  const close = async () => {
    stop.abort();
    await listener.close();
  };

  const install = async () => {
    const { port } = await listener.listen();
    // The address first: after a restart the API server asks the webhook about everything that follows.
    for (const manifest of reachManifests(address, port)) await applyManifest(client, manifest);
    await applyManifest(client, templateDefinition);
    await awaitEstablished(client, templateDefinition.metadata.name, signal);
    await Promise.all([namespaces.start(signal), templates.start()]);
    registry.markReady();
    await applyManifest(client, webhookConfiguration(certificate.caBundle));
  };

  try {
    const late = pause(times.established * 2, signal).then(() => {
      throw new KernelError('unavailable', 'the policies of the cluster could not be brought into force in time');
    });
    late.catch(() => undefined);
    await Promise.race([install(), late]);
  } catch (thrown) {
    await close();
    throw thrown;
  }
  mind().catch((thrown: unknown) => log.error({ error: messageOf(thrown) }, 'the audit ended'));

  const remove = async () => {
    // The registration first: from then on nothing asks for a webhook that is about to go.
    await deletePath(client, paths.item(paths.configurations, names.configuration));
    const held = [...templates.names()];
    stop.abort();
    for (const name of held) {
      await deletePath(client, paths.item(paths.templates, name));
      await deletePath(client, paths.item(paths.definitions, definitionName(name)));
    }
    await deletePath(client, paths.item(paths.definitions, templateDefinition.metadata.name));
    await deletePath(client, paths.item('/api/v1/namespaces', names.namespace));
    await listener.close();
  };

  return {
    setPolicies: (policies) => {
      wanted = policies;
      return inLine(() => setPolicies(policies));
    },
    remove: () => inLine(remove),
    close: () => inLine(close),
  };
};
