/** Object identifiers, encoded (the contents of their DER). */
const oids = {
  /** 1.2.840.113549.1.7.1, RFC 5652. */
  data: '2a864886f70d010701',
  /** 1.2.840.113549.1.12.10.1.3, RFC 7292, section 4.2. */
  certificateBag: '2a864886f70d010c0a0103',
  /** 1.2.840.113549.1.9.22.1, RFC 7292, section 4.2.3. */
  x509Certificate: '2a864886f70d01091601',
  /** 1.2.840.113549.1.9.20, RFC 2985. */
  friendlyName: '2a864886f70d010914',
  /** 2.16.840.1.113894.746875.1.1: Oracle's mark of a certificate that is trusted. */
  trustedKeyUsage: '6086480186f966adca7b0101',
  /** 2.5.29.37.0, RFC 5280: trusted for everything. */
  anyExtendedKeyUsage: '551d2500',
} as const;

const tags = { integer: 0x02, octets: 0x04, oid: 0x06, bmpString: 0x1e, sequence: 0x30, set: 0x31, explicit0: 0xa0 } as const;

const length = (size: number): Buffer => {
  if (size < 0x80) return Buffer.from([size]);
  const digits = Buffer.alloc(4);
  digits.writeUInt32BE(size);
  const significant = digits.subarray(digits.findIndex((octet) => octet !== 0));
  return Buffer.concat([Buffer.from([0x80 | significant.length]), significant]);
};

/** One DER value (X.690, section 8.1) of these parts. */
const der = (tag: keyof typeof tags, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tags[tag]]), length(content.length), content]);
};
const oid = (name: keyof typeof oids): Buffer => der('oid', Buffer.from(oids[name], 'hex'));

/** Content that is neither encrypted nor signed. */
const dataContent = (content: Buffer): Buffer => der('sequence', oid('data'), der('explicit0', der('octets', content)));

const bag = (certificate: Buffer, name: string): Buffer =>
  der(
    'sequence',
    oid('certificateBag'),
    der('explicit0', der('sequence', oid('x509Certificate'), der('explicit0', der('octets', certificate)))),
    der(
      'set',
      der('sequence', oid('friendlyName'), der('set', der('bmpString', Buffer.from(name, 'utf16le').swap16()))),
      der('sequence', oid('trustedKeyUsage'), der('set', oid('anyExtendedKeyUsage'))),
    ),
  );

const certificateOf = (pem: string): Buffer => Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');

/**
 * A trust store for Java of certificates in PEM: PKCS #12 (RFC 7292) with one bag for each, without encryption and without a MAC, as there is nothing
 * secret in it. To be read without a password, which is what Java does when none is configured. Java takes a certificate without a key for trusted only
 * when its bag carries Oracle's attribute.
 */
export const javaTrustStore = (certificates: readonly string[]): Buffer => {
  const bags = certificates.map((pem, index) => bag(certificateOf(pem), `certificate ${index + 1}`));
  return der('sequence', der('integer', Buffer.from([3])), dataContent(der('sequence', dataContent(der('sequence', ...bags)))));
};
