import { silentTelemetry } from '@podpass/telemetry';
import { describe, expect, it } from 'vitest';
import type { MetadataAnswer } from '../../types.ts';
import { createMachineClient } from './machine.ts';
import { AcquireError } from './types.ts';

const throttled: MetadataAnswer = { status: 429, headers: { 'retry-after': '1' }, body: '{}' };
const granted: MetadataAnswer = {
  status: 200,
  headers: {},
  body: JSON.stringify({
    access_token: 't',
    client_id: 'c',
    expires_in: '86400',
    expires_on: '2',
    ext_expires_in: '86400',
    not_before: '1',
    resource: 'r',
    token_type: 'Bearer',
  }),
};

const client = (answers: MetadataAnswer[]) => {
  const waits: number[] = [];
  const machine = createMachineClient(
    () => Promise.resolve(answers.shift() ?? throttled),
    silentTelemetry().metrics.podIdentity,
    async (milliseconds) => void waits.push(milliseconds),
  );
  return { waits, token: () => machine.token('r', ['msi_res_id', 'i']) };
};

describe('a metadata service that is throttled', () => {
  it('is not asked for ever', async () => {
    const { token, waits } = client([]);
    await expect(token()).rejects.toBeInstanceOf(AcquireError);
    expect(waits).toEqual([1000, 2000, 4000, 8000]);
  });

  it('is not asked again for a refusal', async () => {
    const { token, waits } = client([{ status: 400, headers: {}, body: '{}' }]);
    await expect(token()).rejects.toBeInstanceOf(AcquireError);
    expect(waits).toEqual([]);
  });

  it('is asked again after what it says', async () => {
    const { token, waits } = client([throttled, throttled, granted]);
    expect(await token()).toMatchObject({ clientId: 'c' });
    expect(waits).toEqual([1000, 2000]);
  });
});
