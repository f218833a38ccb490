import { createArm } from '@podpass/arm';
import { createAuthorization } from '@podpass/authorization';
import { certificateCache, createEnvelope, createKeyPool } from '@podpass/crypto';
import { createAccessTokenVerifier, createDirectory } from '@podpass/directory';
import { createGraph } from '@podpass/graph';
import { createConnectProxy, createDialer, createListener, createWireClient, isAzureName, type Surface } from '@podpass/http';
import { createClock } from '@podpass/kernel';
import { createKeyVault } from '@podpass/keyvault';
import { createClusters } from '@podpass/kube';
import { openSqliteStore, startCompaction } from '@podpass/store';
import { createTokenService } from '@podpass/sts';
import { createTelemetry } from '@podpass/telemetry';
import { createClusterHost } from './clusters/cluster-host.ts';
import { hostEnvironment } from './clusters/host-environment.ts';
import { openImages } from './clusters/images.ts';
import { openAuthority } from './data/authority.ts';
import type { DataFolder } from './data/folder.ts';
import { azureProfile } from './profile.ts';
import { providers } from './providers.ts';
import type { Admin } from './seed/admin.ts';
import { seed } from './seed/seed.ts';
import { closer } from './start/closer.ts';
import { createIssuerDialer } from './start/issuer-dialer.ts';
import type { StartOptions } from './start/options.ts';
import { createTenants } from './tenants/tenants.ts';

export interface PlatformInput {
  readonly options: StartOptions;
  readonly folder: DataFolder;
  readonly masterKey: Buffer;
  readonly admin: Admin;
}

/** A node's or a service's own address, when it lies on this machine. */
const loopbackOnly = (host: string, port: number): { host: string; port: number } | undefined =>
  host === '127.0.0.1' ? { host, port } : undefined;

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
    const authority = await openAuthority({ store, envelope, clock: machineClock, folder, profile });

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
    surfaces.push(tokenService.surface, vault.surface, clusters.api, clusters.issuers);
    closing.add({ close: () => listener.close({ graceMs: 2000 }) });
    // Before the resource manager: what it finds unfinished may start clusters, which are reached through the listener.
    const https = await listener.listen();
    listenerPort = https.port;

    const images = openImages(folder);
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
        hostEnvironment: hostEnvironment({ proxyUrl, folder, path: process.env['PATH'] }),
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
        scopeDeleted: (tenantId, scope) => authorization.assignments.deleteUnder(tenantId, scope),
        providers: providers({ clusterHost, vaultHost: vault.host, authorization }),
      }),
    );
    const graph = createGraph({ directory, verifier, clock, telemetry });
    await seed({ admin, directory, authorization, arm });
    const tenants = createTenants({ store, directory, authorization, arm });
    surfaces.push(arm.surface, graph.surface);
    await clusterHost.restore();
    return {
      clock,
      telemetry,
      images,
      clusterHost,
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
