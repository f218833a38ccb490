import type { WireClient } from '@podpass/http';
import { messageOf } from '@podpass/kernel';
import type { Logger } from '@podpass/telemetry';
import { errors, StatusError, type StatusReason } from '../../errors.ts';
import type { Mirror } from '../../registry/mirror.ts';
import { limits, mediaTypes } from '../../wire.ts';
import type { AdmissionRequest } from '../types.ts';
import { hookEndpoint } from './endpoint.ts';
import type { Hook } from './hooks.ts';
import { asHookSees } from './match.ts';
import { readReview, reviewRequest, type ReviewVerdict } from './review.ts';

export interface HookCaller {
  /** Undefined when the call failed and the webhook's failure policy is `Ignore`. Throws StatusError otherwise, and for refusals. */
  call(hook: Hook, request: AdmissionRequest, mutating: boolean): Promise<ReviewVerdict | undefined>;
}

const denied = (hook: Hook, { status }: ReviewVerdict): StatusError => {
  const by = `admission webhook "${hook.name}" denied the request`;
  const why = status.message || status.reason;
  return new StatusError(status.code, status.reason as StatusReason, why === '' ? `${by} without explanation` : `${by}: ${why}`);
};

/** Creates the caller of webhooks: HTTPS over kept-alive connections, verified against the webhook's own CA. */
export const createHookCaller = (deps: { mirror: Mirror; wire: WireClient; log: Logger }): HookCaller => {
  const { mirror, wire, log } = deps;
  const exchange = async (hook: Hook, request: AdmissionRequest, mutating: boolean): Promise<ReviewVerdict> => {
    const endpoint = hookEndpoint(hook, mirror);
    const { uid, body } = reviewRequest(request);
    const answer = await (async () => {
      try {
        const { url, serverName } = endpoint.resolve();
        return await wire.request({
          method: 'POST',
          url,
          // The address is dialled, but the webhook is spoken to under its name.
          headers: {
            'Content-Type': mediaTypes.json,
            Accept: mediaTypes.json,
            ...(serverName === undefined ? {} : { Host: serverName }),
          },
          body,
          timeout: hook.timeout,
          maxBytes: limits.webhookAnswer,
          ...(hook.ca === undefined ? {} : { ca: hook.ca }),
          ...(serverName === undefined ? {} : { serverName }),
        });
      } catch (thrown) {
        throw new Error(`failed to call webhook: Post "${endpoint.shown}": ${messageOf(thrown)}`, { cause: thrown });
      }
    })();
    if (answer.status !== 200) throw new Error(`failed to call webhook: the server answered with status ${answer.status}`);
    return readReview(answer.body.toString('utf8'), uid, mutating);
  };
  return {
    async call(hook, request, mutating) {
      if (request.dryRun && !hook.dryRunSafe) throw errors.badRequest(`admission webhook "${hook.name}" does not support dry run`);
      let verdict: ReviewVerdict;
      try {
        verdict = await exchange(hook, asHookSees(hook, request, mirror) ?? request, mutating);
      } catch (thrown) {
        const why = `failed calling webhook "${hook.name}": ${messageOf(thrown)}`;
        log.warn({ webhook: hook.name, ignored: hook.ignoreFailure, reason: messageOf(thrown) }, 'admission webhook failed');
        if (hook.ignoreFailure) return undefined;
        throw errors.internal(why, thrown);
      }
      request.warnings.push(...verdict.warnings);
      if (!verdict.allowed) throw denied(hook, verdict);
      return verdict;
    },
  };
};
