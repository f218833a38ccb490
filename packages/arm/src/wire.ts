/** Headers, limits and formats of the resource manager's wire. */

/** https://github.com/Azure/azure-resource-manager-rpc/blob/master/v1.0/common-api-details.md#client-request-headers */
export const headers = {
  requestId: 'x-ms-request-id',
  correlationId: 'x-ms-correlation-request-id',
  routingId: 'x-ms-routing-request-id',
  clientRequestId: 'x-ms-client-request-id',
  returnClientRequestId: 'x-ms-return-client-request-id',
  failureCause: 'x-ms-failure-cause',
  asyncOperation: 'azure-asyncoperation',
  location: 'location',
  retryAfter: 'retry-after',
} as const;

/**
 * Seconds between two polls of a long-running operation. Not 0: azure-core takes 0 for "no answer" and falls back to
 * its own default of 30 seconds.
 */
export const retryAfterSeconds = 1;

/** How long finished operations can still be polled, in milliseconds. */
export const operationRetention = 24 * 3600_000;

/** Oldest api-version date that is taken (the year of the resource manager itself). */
export const oldestApiVersion = '2014-01-01';

/** How far behind the platform's clock an api-version date may lie in the future, in milliseconds. */
export const apiVersionLead = 366 * 24 * 3600_000;

/** https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations */
export const tagLimits = { count: 50, name: 512, value: 256 } as const;

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
export const nameLimits = { resource: 260, segments: 40, path: 4096 } as const;

/** Bodies larger than this are refused before they are read (ARM itself allows 4 MiB). */
export const bodyLimit = 1_048_576;

/** JSON bodies may nest this deep. */
export const nestingLimit = 40;
