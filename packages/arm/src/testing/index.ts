/** What tests of resource providers stand on: a resource manager in memory, and every operation called in turn. */
export { createTestArm, type CallOptions, type SeededResource, type TestAnswer, type TestArm, type TestArmOptions } from './harness.ts';
export { callEveryOperation, type OperationOutcome } from './every-operation.ts';
