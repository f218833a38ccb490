/**
 * A workload that reads one Key Vault secret with its pod's identity, as the sample of the workload identity articles
 * does: it gets a token for the projected service account token, reads the secret and logs it in klog's form. It
 * uses the Azure SDKs unchanged and knows nothing of the platform that it runs on. Run `main.ts`.
 */
export { formatLogLine, quote, type LogEntry } from './klog.ts';
export { readSettings, type Settings } from './settings.ts';
