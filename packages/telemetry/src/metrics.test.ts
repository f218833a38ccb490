import { describe, expect, it } from 'vitest';
import { boundedLabels, createMetrics } from './metrics.ts';
import { refusalTotal } from './names.ts';

describe('metrics', () => {
  it('ignores impossible amounts and undeclared labels', async () => {
    const metrics = createMetrics();
    metrics.requests.observe(Number.NaN, { surface: 'sts' });
    metrics.requests.observe(-1, { surface: 'sts' });
    metrics.refusals.increment({ surface: 'proxy', reason: 'azure', host: 'secret.example' });
    const text = await metrics.exposition();
    expect(text).not.toContain('surface="sts"');
    expect(text).not.toContain('secret.example');
    expect(text).toContain('podpass_refusals_total{surface="proxy",reason="azure"} 1');
  });

  it('counts what came before and after the library was loaded', async () => {
    const metrics = createMetrics();
    metrics.tokenExchanges.increment({ grant: 'client_credentials', outcome: 'granted' });
    await metrics.exposition();
    metrics.tokenExchanges.increment({ grant: 'client_credentials', outcome: 'granted' }, 2);
    metrics.webhookReviews.observe(0.0002, { outcome: 'mutated' });
    const text = await metrics.exposition();
    expect(text).toContain('podpass_token_exchanges_total{grant="client_credentials",outcome="granted"} 3');
    expect(text).toContain('podpass_webhook_review_duration_seconds_bucket{le="0.00025",outcome="mutated"} 1');
  });

  it("exposes MIC's and NMI's measurements under upstream's names", async () => {
    const metrics = createMetrics();
    const labels = { operation_type: '/metadata/identity/oauth2/token', status_code: '200', namespace: 'a', resource: 'r', path: '/evil' };
    metrics.podIdentity.nmiOperationsDuration.observe(0.4, labels);
    metrics.podIdentity.micCycles.increment();
    metrics.podIdentity.cloudProviderOperationErrors.increment({ operation_type: 'vmss_update' });
    const text = await metrics.exposition();
    expect(text).toContain(
      'aadpodidentity_nmi_operations_duration_seconds_bucket{le="0.5",operation_type="/metadata/identity/oauth2/token",status_code="200",namespace="a",resource="r"} 1',
    );
    expect(text).toContain('aadpodidentity_nmi_operations_duration_seconds_bucket{le="100"');
    expect(text).toContain('aadpodidentity_mic_cycle_count 1');
    expect(text).toContain('aadpodidentity_cloud_provider_operations_errors_count{operation_type="vmss_update"} 1');
    expect(text).not.toContain('evil');
  });

  it('keeps platforms apart', async () => {
    const [one, two] = [createMetrics(), createMetrics()];
    one.refusals.increment({ surface: 'a', reason: 'b' });
    expect(await two.exposition()).not.toContain('surface="a"');
  });

  it('bounds the number of series', () => {
    const bound = boundedLabels(refusalTotal, 2);
    bound({ surface: 'a', reason: '1' });
    bound({ surface: 'a', reason: '2' });
    expect(bound({ surface: 'a', reason: '3' })).toEqual({ surface: 'other', reason: 'other' });
    expect(bound({ surface: 'a', reason: '2' })).toEqual({ surface: 'a', reason: '2' });
  });
});
