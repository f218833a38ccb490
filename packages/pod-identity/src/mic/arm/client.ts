import type { WireAnswer, WireClient } from '@podpass/http';
import { isObject, messageOf, parseJson, type Clock, type JsonObject } from '@podpass/kernel';
import { pause } from '@podpass/kube-client';
import type { PodIdentityMetrics } from '@podpass/telemetry';
import { CloudError, type ScaleSetRef } from '../cloud.ts';
import { arm, operations } from '../wire.ts';
import { createThrottle } from './throttle.ts';

export interface ArmCloudOptions {
  readonly wire: WireClient;
  /** Origin of the resource manager. */
  readonly armOrigin: string;
  /** A token for the resource manager, asked for before every request. */
  readonly token: () => Promise<string>;
  readonly clock: Clock;
  readonly metrics?: PodIdentityMetrics;
}

/** An answer that was no success: its text decides which ids are dropped. */
export class ArmRefusal extends Error {
  readonly status: number;
  readonly text: string;

  constructor(status: number, text: string) {
    super(describe(status, text));
    this.name = 'ArmRefusal';
    this.status = status;
    this.text = text;
  }
}

const describe = (status: number, text: string): string => {
  const body = parseJson(text);
  const error = isObject(body) && isObject(body['error']) ? body['error'] : undefined;
  const code = typeof error?.['code'] === 'string' ? error['code'] : '';
  const message = typeof error?.['message'] === 'string' ? error['message'] : '';
  return `StatusCode=${String(status)} -- Code="${code}" Message="${message}"`.slice(0, arm.longestMessage);
};

export interface ScaleSetClient {
  get(scaleSet: ScaleSetRef, signal: AbortSignal): Promise<unknown>;
  /** Waits for the end of the operation. Throws ArmRefusal for what ARM refuses. */
  patch(scaleSet: ScaleSetRef, body: JsonObject, signal: AbortSignal): Promise<void>;
}

const header = (answer: WireAnswer, name: string): string | undefined => {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** The two calls of the compute provider that MIC makes, each with its own throttling per scale set. */
export const createScaleSetClient = ({ wire, armOrigin, token, clock, metrics }: ArmCloudOptions): ScaleSetClient => {
  const origin = new URL(armOrigin).origin;
  const throttle = createThrottle(() => clock.now());

  const send = async (method: string, url: string, { body, signal }: { body?: JsonObject; signal: AbortSignal }): Promise<WireAnswer> =>
    wire.request({
      method,
      url,
      headers: {
        Accept: 'application/json',
        Authorization: `Bearer ${await token()}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      timeout: arm.timeout,
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const urlOf = ({ subscriptionId, resourceGroup, name }: ScaleSetRef): string => {
    const part = encodeURIComponent;
    const path = `/subscriptions/${part(subscriptionId)}/resourceGroups/${part(resourceGroup)}/providers/Microsoft.Compute/virtualMachineScaleSets/${part(name)}`;
    return `${origin}${path}?api-version=${arm.apiVersion}`;
  };
  const checked = (key: string, client: string, answer: WireAnswer): WireAnswer => {
    if (answer.status === 429) throw throttle.note(key, client, header(answer, 'retry-after'));
    if (answer.status < 200 || answer.status > 299) throw new ArmRefusal(answer.status, answer.body.toString('utf8'));
    return answer;
  };
  const measured = async <T>(operation: string, work: () => Promise<T>): Promise<T> => {
    const begun = performance.now();
    try {
      const result = await work();
      metrics?.cloudProviderOperationsDuration.observe((performance.now() - begun) / 1_000, { operation_type: operation });
      return result;
    } catch (thrown) {
      metrics?.cloudProviderOperationErrors.increment({ operation_type: operation });
      throw thrown;
    }
  };

  /** Follows a long-running operation. Its address must be the resource manager's own: the token goes there. */
  const settle = async (first: WireAnswer, { name, resourceGroup }: ScaleSetRef, signal: AbortSignal): Promise<void> => {
    const target = header(first, 'azure-asyncoperation') ?? (first.status === 202 ? header(first, 'location') : undefined);
    if (target === undefined) return;
    const failed = (reason: string) =>
      new CloudError(
        'failed',
        `failed to wait for identity update completion for vmss ${name} in resource group ${resourceGroup}, error: ${reason}`,
      );
    if (URL.parse(target)?.origin !== origin) throw failed('the operation is not at the resource manager');
    const until = performance.now() + arm.longestOperation;
    let wait: number = arm.firstPoll;
    let answer = first;
    for (;;) {
      const asked = header(answer, 'retry-after');
      await pause(asked !== undefined && /^\d{1,3}$/.test(asked) ? Number(asked) * 1_000 : wait, signal);
      wait = Math.min(wait * 2, arm.longestPoll);
      if (signal.aborted || performance.now() > until) throw failed('it did not end in time');
      answer = await send('GET', target, { signal });
      if (answer.status === 202) continue;
      const text = answer.body.toString('utf8');
      if (answer.status < 200 || answer.status > 299) throw failed(describe(answer.status, text));
      const body = parseJson(text);
      const status = isObject(body) && typeof body['status'] === 'string' ? body['status'] : 'Succeeded';
      if (status === 'Failed' || status === 'Canceled') throw new ArmRefusal(400, text);
      if (status === 'Succeeded') return;
    }
  };

  return {
    get: (scaleSet, signal) =>
      measured(operations.get, async () => {
        const key = `get ${scaleSet.id}`;
        throttle.check(key, 'VMSSGet');
        try {
          return parseJson(checked(key, 'VMSSGet', await send('GET', urlOf(scaleSet), { signal })).body.toString('utf8'));
        } catch (thrown) {
          if (thrown instanceof CloudError) throw thrown;
          const gone = thrown instanceof ArmRefusal && thrown.status === 404;
          const text = `failed to get vmss ${scaleSet.name} in resource group ${scaleSet.resourceGroup}, error: ${messageOf(thrown)}`;
          throw new CloudError(gone ? 'not-found' : 'failed', text);
        }
      }),
    patch: (scaleSet, body, signal) =>
      measured(operations.change, async () => {
        const key = `update ${scaleSet.id}`;
        throttle.check(key, 'VMSSUpdate');
        await settle(checked(key, 'VMSSUpdate', await send('PATCH', urlOf(scaleSet), { body, signal })), scaleSet, signal);
      }),
  };
};
