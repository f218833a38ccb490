/** What tests of other packages need of certificates. Nothing here is reached by the platform. */
export { selfSigned } from './self-signed.ts';
