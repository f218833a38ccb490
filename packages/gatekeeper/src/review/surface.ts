import { faultStatus, type Answer, type Exchange, type Surface } from '@podpass/http';
import { messageOf } from '@podpass/kernel';
import { CelLimitError } from '../cel/index.ts';
import type { Telemetry } from '@podpass/telemetry';
import { limits, paths } from '../wire.ts';
import { decide, passesUnready, type DecideDeps } from './decide.ts';
import { allowed, answerReview, NotAReview, parseReview, type ReviewRequest, type Verdict } from './request.ts';

export interface SurfaceDeps extends DecideDeps {
  readonly telemetry: Telemetry;
}

const plain = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff', ...headers },
  body,
});

const verdictOn = async (request: ReviewRequest, deps: SurfaceDeps): Promise<Verdict> => {
  try {
    return await decide(request, deps);
  } catch (thrown) {
    if (!(thrown instanceof CelLimitError)) throw thrown;
    return { refusal: { code: 403, reason: 'Forbidden', message: `the object cannot be checked: ${thrown.message}` }, warnings: [] };
  }
};

const review = async (exchange: Exchange, deps: SurfaceDeps): Promise<Answer> => {
  if (exchange.method !== 'POST') return plain(405, 'method not allowed\n', { Allow: 'POST' });
  try {
    const request = parseReview(exchange.body);
    if (!deps.registry.ready()) {
      if (passesUnready(request)) return { status: 200, body: answerReview(request.uid, allowed) };
      return plain(503, 'the constraints are not known yet\n', { 'Retry-After': '1' });
    }
    const verdict = await verdictOn(request, deps);
    const { kind, namespace, name, operation } = request;
    if (verdict.refusal !== undefined)
      deps.telemetry.audit({
        event: 'policy-review',
        outcome: 'refused',
        reason: verdict.refusal.reason,
        kind,
        namespace,
        name,
        operation,
        why: verdict.refusal.message,
      });
    return { status: 200, body: answerReview(request.uid, verdict) };
  } catch (thrown) {
    if (thrown instanceof NotAReview) return plain(400, `${thrown.message}\n`);
    // The API server counts a 500 as a failure of the webhook, and refuses the request.
    deps.telemetry.log.error({ error: messageOf(thrown) }, 'an admission review failed');
    return plain(500, 'the review failed\n');
  }
};

/** The webhook as a surface, for any host name: API servers reach it by service name, host name or address. */
export const createGatekeeperSurface = (deps: SurfaceDeps): Surface => ({
  name: 'gatekeeper',
  serves: () => true,
  bodyLimit: limits.reviewBytes,
  async handle(exchange) {
    switch (exchange.path) {
      case paths.admit:
        return review(exchange, deps);
      case '/healthz':
        return plain(200, 'ok');
      case '/readyz':
        return deps.registry.ready() ? plain(200, 'ok') : plain(500, 'not ready\n');
      default:
        return plain(404, '404 page not found\n');
    }
  },
  fault: (fault) => plain(faultStatus(fault), fault.kind === 'internal' ? 'internal error\n' : `${fault.message}\n`),
});
