/**
 * The X.509 library, loaded when the first certificate is issued: loading it takes longer than a start of the platform
 * whose certificates exist already should take.
 */
export const loadX509 = async () => {
  await import('reflect-metadata');
  return import('@peculiar/x509');
};

export type X509Library = Awaited<ReturnType<typeof loadX509>>;
