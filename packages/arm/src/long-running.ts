import { fail } from './errors.ts';
import type { LongOperation } from './operations.ts';
import type { ArmAnswer, ArmRequest } from './provider.ts';
import { headers, retryAfterSeconds } from './wire.ts';

/** Seven digits of fraction, as Azure writes times. */
export const azureTime = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('Z', '0000Z');

export const retryAfter = { [headers.retryAfter]: String(retryAfterSeconds) } as const;

/** Body of a status monitor (the Azure-AsyncOperation URL). */
const operationStatusBody = (row: LongOperation) => ({
  name: row.id,
  status: row.status,
  startTime: azureTime(row.startTime),
  ...(row.endTime === undefined ? {} : { endTime: azureTime(row.endTime) }),
  ...(row.error === undefined ? {} : { error: row.error }),
});

const found = (request: ArmRequest): LongOperation => {
  const id = request.param('operationId');
  const row = request.arm.operations.get(id);
  if (row === undefined || row.subscriptionId !== request.subscription.subscriptionId) throw fail('OperationNotFound', { operation: id });
  return row;
};

/** Answers a poll of the Azure-AsyncOperation URL. */
export const answerOperationStatus = async (request: ArmRequest): Promise<ArmAnswer> => {
  const row = found(request);
  return { status: 200, headers: row.status === 'InProgress' ? retryAfter : {}, body: operationStatusBody(row) };
};

/** Answers a poll of the Location URL: 202 while running, then `done`, or the operation's error. */
export const answerOperationResult = async (request: ArmRequest, done: ArmAnswer = { status: 200 }): Promise<ArmAnswer> => {
  const row = found(request);
  if (row.status === 'InProgress') {
    const self = `${request.origin}${request.path}?api-version=${encodeURIComponent(request.apiVersion)}`;
    return { status: 202, headers: { ...retryAfter, [headers.location]: self } };
  }
  if (row.error !== undefined) return { status: 409, body: { error: row.error } };
  return done;
};

/** Absolute URL under the request's origin, with the api-version that polls are to use. */
export const operationUrl = (request: ArmRequest, path: string, apiVersion = request.apiVersion): string =>
  `${request.origin}${path}?api-version=${encodeURIComponent(apiVersion)}`;
