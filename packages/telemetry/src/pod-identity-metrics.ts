import { podIdentityCounters, podIdentityHistograms, type MetricDeclaration } from './names.ts';
import type { Counter, Histogram, PodIdentityMetrics } from './types.ts';

export interface MetricMaker {
  readonly counter: (declaration: MetricDeclaration) => Counter;
  readonly histogram: (declaration: MetricDeclaration) => Histogram;
}

/** What MIC and NMI measure, made by `make`: for real, or silently for tests. */
export const podIdentityMetrics = ({ counter, histogram }: MetricMaker): PodIdentityMetrics => ({
  assignedIdentityAdditionDuration: histogram(podIdentityHistograms.assignedIdentityAdditionDuration),
  assignedIdentityDeletionDuration: histogram(podIdentityHistograms.assignedIdentityDeletionDuration),
  assignedIdentityUpdateDuration: histogram(podIdentityHistograms.assignedIdentityUpdateDuration),
  assignedIdentityAdditions: counter(podIdentityCounters.assignedIdentityAdditions),
  assignedIdentityDeletions: counter(podIdentityCounters.assignedIdentityDeletions),
  assignedIdentityUpdates: counter(podIdentityCounters.assignedIdentityUpdates),
  nmiOperationsDuration: histogram(podIdentityHistograms.nmiOperationsDuration),
  micCycleDuration: histogram(podIdentityHistograms.micCycleDuration),
  micCycles: counter(podIdentityCounters.micCycles),
  micNewLeaderElections: counter(podIdentityCounters.micNewLeaderElections),
  cloudProviderOperationsDuration: histogram(podIdentityHistograms.cloudProviderOperationsDuration),
  cloudProviderOperationErrors: counter(podIdentityCounters.cloudProviderOperationErrors),
  kubernetesApiOperationErrors: counter(podIdentityCounters.kubernetesApiOperationErrors),
  imdsOperationsDuration: histogram(podIdentityHistograms.imdsOperationsDuration),
  imdsOperationErrors: counter(podIdentityCounters.imdsOperationErrors),
});
