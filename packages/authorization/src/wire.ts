/** Limits and names of this package. */

/** Role assignments of one subscription. https://learn.microsoft.com/azure/role-based-access-control/troubleshoot-limits */
export const assignmentsPerSubscription = 4000;

/** Longest description of an assignment; Azure documents 1024 characters. */
export const descriptionLength = 1024;

/**
 * Where assignments live in the store: the assignment itself by tenant and name, and one marker for each (principal,
 * role, scope), whose only purpose is that a transaction can compare it: two equal assignments cannot both be created.
 */
export const prefixes = { assignments: 'authorization/assignments', markers: 'authorization/markers' } as const;
