import { answerOperationResult, answerOperationStatus, operation } from '@podpass/arm';
import { paths } from './wire.ts';

/** The status monitor of every long-running operation on clusters. */
export const operationGet = operation({
  name: 'Operations_Get',
  method: 'GET',
  path: paths.operation,
  access: { kind: 'operation', action: 'Microsoft.ContainerService/locations/operations/read' },
  handler: answerOperationStatus,
});

/** Where clients look after a POST or DELETE: 202 while it runs, 204 when it is done. */
export const operationResultGet = operation({
  name: 'OperationResults_Get',
  method: 'GET',
  path: paths.operationResult,
  access: { kind: 'operation', action: 'Microsoft.ContainerService/locations/operationresults/read' },
  handler: (request) => answerOperationResult(request, { status: 204 }),
});
