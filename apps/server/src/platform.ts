import { homedir } from 'node:os';
import { createArm, scaleSetType, type Resource, type ScaleSetState } from '@podpass/arm';
import { createAuthorization } from '@podpass/authorization';
import { certificateCache, createEnvelope, createKeyPool } from '@podpass/crypto';
import { createAccessTokenVerifier, createDirectory } from '@podpass/directory';
import { createGraph } from '@podpass/graph';
import { createConnectProxy, createDialer, createListener, createWireClient, isAzureName, type Surface } from '@podpass/http';
import { createClock } from '@podpass/kernel';
import { createKeyVault } from '@podpass/keyvault';
import { createClusters } from '@podpass/kube';
import { chooseRuntime } from '@podpass/kubelet';
import { noLimits } from '@podpass/pod-identity';
import { clusterDescriptions } from '@podpass/provider-container-service';
import { createPolicyAssignments } from '@podpass/provider-policy';
import { openSqliteStore, startCompaction } from '@podpass/store';
import { createTokenService } from '@podpass/sts';
import { createTelemetry } from '@podpass/telemetry';
import { isNodeAddress } from './clusters/cluster-network.ts';
import { createClusterHost } from './clusters/cluster-host.ts';
import { hostEnvironments } from './clusters/host-environment.ts';
import { createMachines } from './clusters/machines.ts';
import { openImages, programFolders } from './clusters/images.ts';
import { openAuthority } from './data/authority.ts';
import type { DataFolder } from './data/folder.ts';
import { azureProfile } from './profile.ts';
import { providers } from './providers.ts';
import type { Admin } from './seed/admin.ts';
import { seed } from './seed/seed.ts';
import { closer } from './start/closer.ts';
import { createIssuerDialer } from './start/issuer-dialer.ts';
import { requireRuntime } from './start/runtime.ts';
import type { StartOptions } from './start/options.ts';
import { createTenants } from './tenants/tenants.ts';

export interface PlatformInput {
  readonly options: StartOptions;
  readonly folder: DataFolder;
  readonly masterKey: Buffer;
  readonly admin: Admin;
}

/** A node's or a service's own address, when it lies on this machine. Kubelets listen on loopback, whatever address their node has in its cluster. */
const loopbackOnly = (host: string, port: number): { host: string; port: number } | undefined =>
  host === '127.0.0.1' || isNodeAddress(host) ? { host: '127.0.0.1', port } : undefined;

/**
 * Plugs every part into the others, in the order in which they need each other, and opens the doors last. What was
 * opened is closed in reverse order, also when a later step fails.
 */
export const startPlatform = async ({ options, folder, masterKey, admin }: PlatformInput) => {
  const closing = closer();
  try {
    const profile = azureProfile;
    const clock = createClock();
    // Clients compare certificates with the machine's time: they know nothing of a shifted clock.
    const machineClock = createClock();
    const telemetry = closing.add(createTelemetry({ level: options.logLevel, destination: folder.log, clock: machineClock }));
    const envelope = createEnvelope(masterKey);
    const store = closing.add(
      await openSqliteStore({ file: folder.database, durability: options.durability, log: (message) => telemetry.log.warn({}, message) }),
    );
    closing.add(startCompaction({ store, log: (message: string) => telemetry.log.debug({}, message) }));
    const keyPool = closing.add(createKeyPool({ size: 1 }));
    const { authority, permits } = await openAuthority({ store, envelope, clock: machineClock, folder, profile });

    const surfaces: Surface[] = [];
    const serves = (host: string): boolean => surfaces.some((surface) => surface.serves(host));
    const listener = createListener({ surfaces, certificates: certificateCache(authority, machineClock), telemetry, clock });
    let listenerPort = 0;
    const reach = { serves, listenerPort: () => listenerPort };
    // The token service fetches what credentials name: it reaches served names and registered issuers, others only when outbound traffic is allowed.
    let registered: (host: string, port: number) => boolean = () => false;
    const issuerWire = closing.add(
      createWireClient({
        dialer: createIssuerDialer({
          ...reach,
          allowExternal: options.outbound === 'tunnel',
          registered: (host, port) => registered(host, port),
        }),
        ca: authority.certificate,
        telemetry,
      }),
    );
    // Clusters also reach their own kubelets and webhooks, which listen on loopback.
    const clusterWire = closing.add(
      createWireClient({ dialer: createDialer({ ...reach, route: loopbackOnly }), ca: authority.certificate, telemetry }),
    );

    const directory = closing.add(await createDirectory({ store, clock, envelope }));
    const authorization = closing.add(await createAuthorization({ store, clock, directory, telemetry }));
    const tokenService = closing.add(
      await createTokenService({
        store,
        directory,
        clock,
        telemetry,
        envelope,
        wire: issuerWire,
        keyPool,
        profile: { loginHost: profile.login, aliases: profile.loginAliases },
      }),
    );
    registered = (host, port) => tokenService.issuers.reaches(host, port);
    const verifier = createAccessTokenVerifier({
      keys: () => tokenService.jwks(),
      issuersFor: (tenantId) => tokenService.issuersFor(tenantId),
      clock,
      directory,
    });
    const vault = closing.add(await createKeyVault({ store, envelope, verifier, access: authorization, clock, telemetry }));
    const clusters = closing.add(
      await createClusters({
        store,
        clock,
        telemetry,
        envelope,
        wire: clusterWire,
        keyPool,
        issuerHostSuffix: profile.issuerSuffix,
        apiHostSuffix: profile.apiServerSuffix,
        serverCa: authority.certificate,
      }),
    );
    surfaces.push(
      tokenService.surface,
      tokenService.portal({ verifier, served: permits(profile.portal) }),
      vault.surface,
      clusters.api,
      clusters.issuers,
    );
    closing.add({ close: () => listener.close({ graceMs: 2000 }) });
    // Before the resource manager: what it finds unfinished may start clusters, which are reached through the listener.
    const https = await listener.listen();
    listenerPort = https.port;

    const policies = closing.add(await createPolicyAssignments(store));
    const images = openImages(folder);
    const runtime = () => chooseRuntime(options.runtime);
    // Found out at once when it was demanded; otherwise when the first cluster needs it.
    if (options.runtime === 'namespace') await requireRuntime(runtime);
    // The scale sets behind the nodes belong to the resource manager, which starts after the clusters' host.
    let scaleSets: (id: string) => Resource<ScaleSetState> | undefined = () => undefined;
    const proxy = createConnectProxy({
      accept: listener.accept,
      serves,
      isAzureName,
      outbound: options.outbound,
      telemetry,
      port: options.port,
    });
    const proxyAddress = await closing.add(proxy).listen();
    const proxyUrl = `http://127.0.0.1:${proxyAddress.port}`;
    const clusterHost = closing.add(
      createClusterHost({
        store,
        clusters,
        wire: clusterWire,
        clock,
        telemetry,
        images,
        serverCa: authority.certificate,
        podsFolder: folder.pods,
        environments: hostEnvironments({
          proxyUrl,
          tunnels: options.outbound === 'tunnel',
          folder,
          path: process.env['PATH'],
          home: homedir(),
          programs: programFolders,
        }),
        runtime,
        doors: {
          serves,
          acceptTls: (socket) => listener.accept(socket),
          acceptProxy: options.outbound === 'tunnel' ? (socket) => proxy.accept(socket) : undefined,
        },
        api: clusters.api,
        policiesFor: (tenantId, clusterId) => policies.policiesFor(tenantId, clusterId),
        machines: createMachines({
          scaleSet: (id) => scaleSets(id),
          mint: (request) => tokenService.managedIdentityToken(request),
          clientIdOf: (tenantId, principalId) => directory.servicePrincipals.byId(tenantId, principalId)?.appId,
        }),
        metadataLimits: options.metadataLimits === 'none' ? noLimits : undefined,
        armOrigin: `https://${profile.resourceManager}`,
      }),
    );
    const arm = closing.add(
      await createArm({
        store,
        directory,
        verifier,
        clock,
        telemetry,
        access: authorization,
        scopeDeleted: async (tenantId, scope) => {
          await Promise.all([authorization.assignments.deleteUnder(tenantId, scope), policies.deleteUnder(tenantId, scope)]);
        },
        providers: providers({ clusterHost, vaultHost: vault.host, authorization, policies }),
      }),
    );
    scaleSets = (id) => arm.resources.of<ScaleSetState>(scaleSetType).get(id);
    const graph = createGraph({ directory, verifier, clock, telemetry });
    await seed({ admin, directory, authorization, arm });
    const tenants = createTenants({ store, directory, authorization, arm });
    surfaces.push(arm.surface, graph.surface);
    await clusterHost.restore(clusterDescriptions(arm.resources));
    return {
      clock,
      telemetry,
      images,
      clusterHost,
      runtime,
      tenants,
      keys: tokenService.keys,
      issuers: tokenService.issuers,
      propagation: directory.propagation,
      proxyUrl,
      https: https.port,
      close: closing.close,
    };
  } catch (thrown) {
    await closing.close();
    throw thrown;
  }
};
