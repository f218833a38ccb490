import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { podpass, startPlatform, type Platform } from '../platform/platform.ts';

const hasCurl = (() => {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** What a person sees who points curl at the platform by `podpass exec`. */
describe.skipIf(!hasCurl)('curl through the proxy', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await startPlatform('proxy-curl');
  });
  afterAll(async () => {
    await platform?.[Symbol.asyncDispose]();
  });

  const exec = (...command: string[]) => podpass(['exec', '--data', platform.data, '--', ...command]);
  const curl = (...args: string[]) => exec('curl', '--silent', '--show-error', '--max-time', '20', ...args);

  it('verifies the certificate of a served name and gets an answer', async () => {
    const result = await curl('https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration');
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({ issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' });
  });

  it('does not trust the platform without its certificates', async () => {
    const result = await exec('env', '-u', 'CURL_CA_BUNDLE', '-u', 'SSL_CERT_FILE', 'curl', '-sS', 'https://management.azure.com/');
    expect(result.code).toBe(60);
    expect(result.stderr).toContain('certificate');
  });

  it.each(['https://foo.blob.core.windows.net/', 'https://aka.ms/', 'https://portal.azure.com/', 'https://example.com/'])(
    '%s is refused',
    async (url) => {
      const result = await curl('--verbose', url);
      expect(result.code).toBe(56);
      expect(result.stderr).toMatch(/HTTP\/1\.1 403/);
      expect(result.stderr).toContain('403');
    },
  );

  it('says in plain words why', async () => {
    const proxy = platform.env['HTTPS_PROXY'] ?? '';
    const result = await curl('--proxy', proxy, 'http://management.azure.com/subscriptions');
    expect(result.stdout).toContain('Podpass serves management.azure.com over HTTPS only; use https://management.azure.com.');
  });

  it('the instance metadata address is not reached through the proxy', async () => {
    const result = await curl(
      '--proxy',
      platform.env['HTTPS_PROXY'] ?? '',
      '-H',
      'Metadata: true',
      'http://169.254.169.254/metadata/instance',
    );
    expect(result.stdout).toContain('metadata addresses are never reached through the proxy');
  });
});
