import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findChromium } from '@podpass/tools';
import puppeteer, { type Browser } from 'puppeteer-core';
import type { Platform } from '../platform/platform.ts';

/** The browser of these suites; undefined when the machine has none, and they are skipped. */
export const chromiumPath = await findChromium();

/**
 * Starts a headless Chromium with a fresh profile that sees the world as the platform's clients do: through its proxy, and trusting its
 * certificate authority (by the hash of its key, since Chromium reads no bundle from the environment).
 */
export const openChromium = async (platform: Platform): Promise<Browser & AsyncDisposable> => {
  if (chromiumPath === undefined) throw new Error('there is no Chromium on PATH');
  const authority = new X509Certificate(await readFile(path.join(platform.data, 'ca.pem')));
  const key = authority.publicKey.export({ type: 'spki', format: 'der' });
  const profile = await mkdtemp(path.join(tmpdir(), 'podpass-chromium-'));
  const browser = await puppeteer.launch({
    executablePath: chromiumPath,
    userDataDir: profile,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      `--proxy-server=${String(platform.env['HTTPS_PROXY'])}`,
      `--ignore-certificate-errors-spki-list=${createHash('sha256').update(key).digest('base64')}`,
    ],
  });
  return Object.assign(browser, {
    async [Symbol.asyncDispose]() {
      await browser.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  });
};
