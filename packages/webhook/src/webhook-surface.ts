import { performance } from 'node:perf_hooks';
import { faultStatus, type Answer, type Exchange, type Surface } from '@podpass/http';
import { KernelError, messageOf } from '@podpass/kernel';
import type { Telemetry } from '@podpass/telemetry';
import { allow, deny, NotAReview, parseReview, type ReviewRequest } from './admission-review.ts';
import type { WebhookConfig } from './config.ts';
import { decodePod } from './decode-pod.ts';
import { Denied } from './denial.ts';
import { denialOf, planMutation, serviceAccountNameOf } from './mutate-pod.ts';
import { healthPath, maxReviewBytes, mutatePath, readyPath } from './wire.ts';

/** Where service accounts are found. Throws when it cannot tell. */
export interface ServiceAccounts {
  get(namespace: string, name: string): Promise<object | undefined>;
}

export interface WebhookSurfaceDeps {
  readonly config: WebhookConfig;
  readonly serviceAccounts: ServiceAccounts;
  readonly telemetry: Telemetry;
  /** Whether `/readyz` answers 200; always when absent. */
  readonly ready?: () => boolean;
}

const plain = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff', ...headers },
  body,
});

/** Decides one review. What is not a denial is thrown and becomes a 500: the API server then refuses the pod. */
const decide = async (deps: WebhookSurfaceDeps, request: ReviewRequest): Promise<{ answer: object; outcome: string }> => {
  const { config, serviceAccounts, telemetry } = deps;
  try {
    const pod = decodePod(request.object);
    const name = serviceAccountNameOf(pod);
    const serviceAccount = await serviceAccounts.get(request.namespace, name).catch((thrown: unknown) => {
      telemetry.log.error(
        { namespace: request.namespace, serviceAccount: name, error: messageOf(thrown) },
        'service account look-up failed',
      );
      if (thrown instanceof KernelError) throw new Denied(thrown.message);
      throw thrown;
    });
    const patch = planMutation(pod, { serviceAccount, namespace: request.namespace, config });
    return { answer: allow(request, patch), outcome: 'allowed' };
  } catch (thrown) {
    const denial = denialOf(thrown);
    telemetry.log.info({ namespace: request.namespace, code: denial.code, reason: denial.message }, 'pod denied');
    return { answer: deny(request, denial), outcome: 'denied' };
  }
};

const isJson = (exchange: Exchange): boolean =>
  exchange.headers['content-type']?.split(';')[0]?.trim().toLowerCase() === 'application/json';

const mutate = async (deps: WebhookSurfaceDeps, exchange: Exchange): Promise<Answer> => {
  if (exchange.method !== 'POST') return plain(405, 'method not allowed\n', { Allow: 'POST' });
  if (!isJson(exchange)) return plain(415, `contentType=${exchange.headers['content-type'] ?? ''}, expected application/json\n`);
  const started = performance.now();
  let outcome = 'failed';
  try {
    const decision = await decide(deps, parseReview(exchange.body));
    ({ outcome } = decision);
    return { status: 200, body: decision.answer };
  } catch (thrown) {
    if (!(thrown instanceof NotAReview)) throw thrown;
    outcome = 'malformed';
    return plain(400, `${thrown.message}\n`);
  } finally {
    deps.telemetry.metrics.webhookReviews.observe((performance.now() - started) / 1000, { outcome });
  }
};

/** The webhook as a surface, for any host name: API servers reach it by service name, host name or address. */
export const createWebhookSurface = (deps: WebhookSurfaceDeps): Surface => ({
  name: 'webhook',
  serves: () => true,
  bodyLimit: maxReviewBytes,
  async handle(exchange) {
    switch (exchange.path) {
      case mutatePath:
        return mutate(deps, exchange);
      case healthPath:
        return plain(200, 'ok');
      case readyPath:
        return deps.ready?.() === false ? plain(500, 'not ready\n') : plain(200, 'ok');
      default:
        return plain(404, '404 page not found\n');
    }
  },
  fault: (fault) => plain(faultStatus(fault), fault.kind === 'internal' ? 'internal error\n' : `${fault.message}\n`),
});
