import type { ControlRoute } from './control.ts';
import type { startPlatform } from '../platform.ts';
import { version } from '../version.ts';

type Platform = Awaited<ReturnType<typeof startPlatform>>;

/** What runs here, and the way to end it. */
export const statusRoutes = (deps: { platform: Platform; startedAt: Date; leave: () => void }): readonly ControlRoute[] => {
  const { platform, startedAt, leave } = deps;
  return [
    {
      method: 'GET',
      path: '/status',
      handle: async () => ({
        version,
        pid: process.pid,
        uptimeSeconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
        endpoints: { proxy: platform.proxyUrl, https: platform.https },
        clusters: platform.clusterHost
          .list()
          .map(({ name, resourceGroup, fqdn, issuerUrl, nodes, workloadIdentityEnabled, podIdentity, networkPlugin }) => ({
            name,
            resourceGroup,
            fqdn,
            issuerUrl,
            nodes: nodes.length,
            workloadIdentity: workloadIdentityEnabled,
            podIdentity:
              podIdentity === undefined ? null : { identities: podIdentity.identities.length, exceptions: podIdentity.exceptions.length },
            networkPlugin,
          })),
        runtime: await platform.runtime(),
        tenants: platform.tenants.list().length,
        clock: {
          now: platform.clock.date().toISOString(),
          offsetSeconds: platform.clock.state.offset / 1000,
          frozen: platform.clock.state.frozenAt !== undefined,
        },
        images: platform.images.list().length,
      }),
    },
    {
      method: 'POST',
      path: '/shutdown',
      async handle() {
        setImmediate(leave);
        return { stopping: true };
      },
    },
  ];
};
