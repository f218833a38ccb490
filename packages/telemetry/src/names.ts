/**
 * Every metric of the platform. Labels are few and their values come from closed sets: a label never holds an id, a
 * host name or anything that a client chose.
 */
export interface MetricDeclaration {
  readonly name: string;
  readonly help: string;
  /** Labels that are not in this list are dropped. */
  readonly labels: readonly string[];
  /** Upper bounds in seconds; histograms only. */
  readonly buckets?: readonly number[];
}

export const requestDuration = {
  name: 'podpass_http_request_duration_seconds',
  help: 'Time from the last byte of the request headers to the end of the answer.',
  labels: ['surface', 'status'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
} as const satisfies MetricDeclaration;

export const tokenExchangeTotal = {
  name: 'podpass_token_exchanges_total',
  help: 'Token requests by grant and outcome.',
  labels: ['grant', 'outcome'],
} as const satisfies MetricDeclaration;

export const webhookReviewDuration = {
  name: 'podpass_webhook_review_duration_seconds',
  help: 'Time that the workload identity webhook needs for one admission review.',
  labels: ['outcome'],
  buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05],
} as const satisfies MetricDeclaration;

export const refusalTotal = {
  name: 'podpass_refusals_total',
  help: 'Requests that were refused because Podpass does not serve or support what they ask for.',
  labels: ['surface', 'reason'],
} as const satisfies MetricDeclaration;

/** What upstream's MIC and NMI count, under upstream's names. Source: aad-pod-identity v1.8.17, its metrics page. */
const upstream = (name: string): string => `aadpodidentity_${name}`;
const everyTen = (from: number, to: number): readonly number[] =>
  Array.from({ length: (to - from) / 10 + 1 }, (_, index) => from + 10 * index);
const assignmentBuckets = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 2, 3, 4, 5, 10];
const cycleBuckets = [0.5, 1, 5, 10, 30, 60, 120, 300, 600, 900, 1200];
const nmiBuckets = [0.5, 1, 2, 3, 4, 5, 10, 15, 20, 25, ...everyTen(30, 100)];

export const podIdentityHistograms = {
  assignedIdentityAdditionDuration: {
    name: upstream('assigned_identity_addition_duration_seconds'),
    help: 'Time to create an assigned identity.',
    labels: [],
    buckets: assignmentBuckets,
  },
  assignedIdentityDeletionDuration: {
    name: upstream('assigned_identity_deletion_duration_seconds'),
    help: 'Time to delete an assigned identity.',
    labels: [],
    buckets: assignmentBuckets,
  },
  assignedIdentityUpdateDuration: {
    name: upstream('assigned_identity_update_duration_seconds'),
    help: 'Time to update an assigned identity.',
    labels: [],
    buckets: assignmentBuckets,
  },
  // The path label holds the route, never what a client wrote; the resource is told only for granted requests.
  nmiOperationsDuration: {
    name: upstream('nmi_operations_duration_seconds'),
    help: 'Time that NMI needs for a request.',
    labels: ['operation_type', 'status_code', 'namespace', 'resource'],
    buckets: nmiBuckets,
  },
  micCycleDuration: {
    name: upstream('mic_cycle_duration_seconds'),
    help: 'Time of one cycle of MIC.',
    labels: [],
    buckets: cycleBuckets,
  },
  cloudProviderOperationsDuration: {
    name: upstream('cloud_provider_operations_duration_seconds'),
    help: 'Time of the calls to Azure Resource Manager and the token service.',
    labels: ['operation_type'],
    buckets: cycleBuckets,
  },
  imdsOperationsDuration: {
    name: upstream('imds_operations_duration_seconds'),
    help: 'Time of the calls to the metadata service.',
    labels: ['operation_type'],
    buckets: assignmentBuckets,
  },
} as const satisfies Record<string, MetricDeclaration>;

export const podIdentityCounters = {
  assignedIdentityAdditions: { name: upstream('assigned_identity_addition_count'), help: 'Assigned identities created.', labels: [] },
  assignedIdentityDeletions: { name: upstream('assigned_identity_deletion_count'), help: 'Assigned identities deleted.', labels: [] },
  assignedIdentityUpdates: { name: upstream('assigned_identity_update_count'), help: 'Assigned identities updated.', labels: [] },
  micCycles: { name: upstream('mic_cycle_count'), help: 'Cycles of MIC.', labels: [] },
  micNewLeaderElections: { name: upstream('mic_new_leader_election_count'), help: 'Times that a MIC became leader.', labels: [] },
  cloudProviderOperationErrors: {
    name: upstream('cloud_provider_operations_errors_count'),
    help: 'Failed calls to Azure Resource Manager and the token service.',
    labels: ['operation_type'],
  },
  kubernetesApiOperationErrors: {
    name: upstream('kubernetes_api_operations_errors_count'),
    help: 'Failed calls to the API server.',
    labels: ['operation_type'],
  },
  imdsOperationErrors: {
    name: upstream('imds_operations_errors_count'),
    help: 'Failed calls to the metadata service.',
    labels: ['operation_type'],
  },
} as const satisfies Record<string, MetricDeclaration>;

/** Largest number of label combinations per metric; further ones are counted under the value `other`. */
export const seriesLimit = 200;
