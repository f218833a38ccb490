import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { platformVariables } from '../platform/environment.ts';
import { dataFolder } from '../platform/folder.ts';
import { fakePlatform, invoke } from '../testing.ts';

describe('env', () => {
  test('can be evaluated by a shell, and is JSON on demand', async () => {
    await using platform = await fakePlatform();
    const env = { PATH: '/bin', PODPASS_TOOLS: "/to'ols" };
    const { stdout } = await invoke(['env', '--data', platform.data], { env });
    expect(execFileSync('/bin/sh', ['-c', `PATH=/bin; ${stdout}\necho "$KUBECONFIG $PATH"`], { encoding: 'utf8' })).toBe(
      `${platform.data}/kube/config /to'ols:/bin\n`,
    );
    expect((await invoke(['env', '--data', platform.data, '--output', 'json'], { env })).json()).toMatchObject({
      PODPASS_DATA: platform.data,
      PATH: "/to'ols:/bin",
    });
    expect((await invoke(['env', '--shell', 'fish', '--data', platform.data])).stdout).toContain(`set -gx PODPASS_DATA '${platform.data}'`);
  });

  test('gives Java its trust store and proxy, behind options of one\u2019s own and only once', async () => {
    await using platform = await fakePlatform();
    const java = async (own: string) => {
      const { json } = await invoke(['env', '--data', platform.data, '--output', 'json'], { env: { JAVA_TOOL_OPTIONS: own } });
      return (json() as Record<string, string>)['JAVA_TOOL_OPTIONS'];
    };
    const ours = `-Djavax.net.ssl.trustStore=${platform.data}/ca-trust.p12 -Djavax.net.ssl.trustStoreType=PKCS12 -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=18080`;
    expect(await java('')).toBe(ours);
    expect(await java('-Xmx1g')).toBe(`-Xmx1g ${ours}`);
    expect(await java(`-Xmx1g ${ours}`)).toBe(`-Xmx1g ${ours}`);
  });

  test('quotes what Java would take apart', () => {
    const { JAVA_TOOL_OPTIONS } = platformVariables(dataFolder('/home/me/my data'), 'http://127.0.0.1:1');
    expect(JAVA_TOOL_OPTIONS).toMatch(/^"-Djavax\.net\.ssl\.trustStore=\/home\/me\/my data\/ca-trust\.p12" -D/);
  });
});
