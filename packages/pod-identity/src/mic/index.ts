export { createMic, type MicOptions } from './mic.ts';
export { CloudError, scaleSetOf, type CloudProvider, type ScaleSetRef } from './cloud.ts';
export { createArmCloud } from './arm/arm-cloud.ts';
export type { ArmCloudOptions } from './arm/client.ts';
