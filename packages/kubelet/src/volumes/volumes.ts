import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, type Clock } from '@podpass/kernel';
import type { KubeClient } from '@podpass/kube-client';
import type { Container, Pod, Volume } from '../api/types.ts';
import { createDataSource } from '../env/sources.ts';
import type { MountTable } from '../env/translate.ts';
import { pause, waitUntil } from '../time.ts';
import { mount, podFolders, token as tokenLimits } from '../wire.ts';
import { mountPointsIn } from './mount-points.ts';
import { isSupported, volumePayload } from './payload.ts';
import { createTokenSource } from './token.ts';
import { writeVolume } from './writer.ts';

export interface VolumesOptions {
  readonly api: KubeClient;
  readonly clock: Clock;
  readonly pod: Pod;
  readonly podFolder: string;
  /** Aborted when the pod ends. */
  readonly signal: AbortSignal;
  /** Whether some container really runs; a pod of pauses needs no volume that cannot be made. */
  readonly runs: boolean;
  /** Whether a volume is mounted by parts of the platform and by nothing else. */
  readonly ofComponents: (volume: Volume) => boolean;
  /** Called with every volume that could not be prepared. */
  readonly onFailure: (message: string) => void;
}

export interface Volumes {
  /** Prepares all volumes, trying again until they are there. False when the pod ended first. */
  mount(): Promise<boolean>;
  /** Keeps tokens fresh and files up to date until the pod ends. Never rejects. */
  maintain(): Promise<void>;
  /** The folder of a volume on the machine. */
  folderOf(volume: string): string;
  /** Where this container's mounts lie. */
  tableFor(container: Container): MountTable;
}

export const createVolumes = (options: VolumesOptions): Volumes => {
  const { api, clock, pod, podFolder, signal } = options;
  const folder = (name: string) => join(podFolder, podFolders.volumes, name);
  const tokens = createTokenSource({ api, clock, pod, signal });
  const data = createDataSource(api, signal);
  /** A part of the platform reads files of its node through the platform; no folder of the machine is behind its mount. */
  const needless = (volume: Volume): boolean => Object.hasOwn(volume, 'hostPath') && options.ofComponents(volume);
  const volumes = (pod.spec.volumes ?? []).filter((volume) => (options.runs || isSupported(volume)) && !needless(volume));

  const prepare = async (volume: Volume): Promise<boolean> => {
    try {
      const payload = await volumePayload({ pod, data, tokens }, volume);
      if (payload === undefined) {
        await mkdir(folder(volume.name), { recursive: true });
        // Every user of the pod may write there, whatever the mask of the platform's process is.
        await chmod(folder(volume.name), 0o777);
      } else {
        await writeVolume(folder(volume.name), payload);
        for (const point of mountPointsIn(pod, volume.name))
          await mkdir(join(folder(volume.name), point), { recursive: true, mode: 0o755 });
      }
      return true;
    } catch (thrown) {
      if (!signal.aborted) options.onFailure(`MountVolume.SetUp failed for volume "${volume.name}" : ${messageOf(thrown)}`);
      return false;
    }
  };

  return {
    async mount() {
      let open = volumes;
      for (let wait: number = mount.retryShortest; !signal.aborted; wait = Math.min(wait * 2, mount.retryLongest)) {
        const results = await Promise.all(open.map(prepare));
        open = open.filter((_, index) => results[index] !== true);
        if (open.length === 0) return !signal.aborted;
        await pause(wait, signal);
      }
      return false;
    },
    async maintain() {
      const lasting = volumes.filter((volume) => volume.emptyDir === undefined);
      if (lasting.length === 0) return;
      while (!signal.aborted) {
        const woken = new AbortController();
        const either = AbortSignal.any([signal, woken.signal]);
        const rest = tokens.failing ? tokenLimits.retry : mount.resync;
        await Promise.race([waitUntil(clock, tokens.nextRefresh(), either), pause(rest, either)]);
        woken.abort();
        if (!signal.aborted) for (const volume of lasting) await prepare(volume);
      }
    },
    folderOf: folder,
    tableFor: (container) =>
      new Map(
        (container.volumeMounts ?? []).map(({ name, mountPath, subPath }) => [
          mountPath,
          subPath === undefined ? folder(name) : join(folder(name), subPath),
        ]),
      ),
  };
};
