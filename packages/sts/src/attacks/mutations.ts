import fc from 'fast-check';

/**
 * Changes to a good token, none of which leaves it good: what the token service must refuse however often it is tried. `accepts` tells whether a text was
 * answered with a token; the run throws with the seed and the smallest counterexample.
 */
export interface Mutation {
  readonly name: string;
  run(good: string, accepts: (text: string) => Promise<boolean>, runs: number): Promise<void>;
}

type Change = (good: string) => string;
const alphabet = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
const others = Array.from('+/=. \n\t\u0000%"\u00e9\u{1f600}');

const mutation = (name: string, changes: fc.Arbitrary<Change>): Mutation => ({
  name,
  run: (good, accepts, runs) =>
    fc.assert(
      fc.asyncProperty(changes, async (change) => {
        const text = change(good);
        // Blanks around a token are cut off, so that it is the same one.
        return text.trim() === good || !(await accepts(text));
      }),
      { numRuns: runs },
    ),
});

const splice = (text: string, at: number, take: number, put: string): string => {
  const index = at % (text.length + 1);
  return text.slice(0, index) + put + text.slice(index + take);
};
const partsOf = (text: string): string[] => text.split('.');
const withPart = (text: string, which: number, change: (part: string) => string): string => {
  const parts = partsOf(text);
  return parts.map((part, index) => (index === which % parts.length ? change(part) : part)).join('.');
};
const decode = (part: string): Buffer => Buffer.from(part, 'base64url');
const changed = (part: string, change: (octets: Buffer) => void): string => {
  const octets = decode(part);
  change(octets);
  return octets.toString('base64url');
};
const member = fc.constantFrom('sub', 'iss', 'aud', 'exp', 'nbf', 'iat', 'alg', 'kid', 'typ', 'jwk', 'x', '__proto__');
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('none', 'RS256', 'api://AzureADTokenExchange', 9_999_999_999, 'system:serviceaccount:default:web'),
);
const withMember = (part: string, name: string, put: unknown, first: boolean): string => {
  const text = decode(part).toString();
  const pair = `${JSON.stringify(name)}:${JSON.stringify(put)}`;
  return Buffer.from(first ? `{${pair},${text.slice(1)}` : `${text.slice(0, -1)},${pair}}`).toString('base64url');
};

export const mutations: readonly Mutation[] = [
  mutation(
    'a character replaced, put in or taken out',
    fc.tuple(fc.nat(), fc.nat({ max: 1 }), fc.oneof(fc.constantFrom(...alphabet, ...others), fc.constant(''))).map(
      ([at, take, put]) =>
        (good) =>
          splice(good, at, take, put),
    ),
  ),
  mutation(
    'a bit flipped in a part',
    fc.tuple(fc.nat(), fc.nat(), fc.nat({ max: 7 })).map(
      ([which, at, bit]) =>
        (good) =>
          withPart(good, which, (part) =>
            changed(part, (octets) => {
              const index = at % octets.length;
              octets.writeUInt8(octets.readUInt8(index) ^ (1 << bit), index);
            }),
          ),
    ),
  ),
  mutation(
    'parts swapped, repeated or left out',
    fc.array(fc.nat({ max: 2 }), { maxLength: 6 }).map((order) => (good) => order.map((index) => partsOf(good)[index] ?? '').join('.')),
  ),
  mutation(
    'a part cut or grown',
    fc.tuple(fc.nat(), fc.nat(), fc.array(fc.constantFrom(...alphabet), { maxLength: 8 })).map(
      ([which, keep, more]) =>
        (good) =>
          withPart(good, which, (part) => part.slice(0, keep % (part.length + 1)) + more.join('')),
    ),
  ),
  mutation(
    'a member put into header or claims',
    fc.tuple(fc.nat({ max: 1 }), member, value, fc.boolean()).map(
      ([which, name, put, first]) =>
        (good) =>
          withPart(good, which, (part) => withMember(part, name, put, first)),
    ),
  ),
  mutation(
    'header or claims written in another way',
    fc.tuple(fc.nat({ max: 1 }), fc.constantFrom<0 | 1 | 2 | string>(1, 2, '\t', ' ')).map(
      ([which, indent]) =>
        (good) =>
          withPart(good, which, (part) =>
            Buffer.from(JSON.stringify(JSON.parse(decode(part).toString()), null, indent)).toString('base64url'),
          ),
    ),
  ),
  mutation(
    'a part in another encoding',
    fc
      .tuple(
        fc.nat(),
        fc.constantFrom<(octets: Buffer) => string>(
          (octets) => octets.toString('base64'),
          (octets) => octets.toString('hex'),
          (octets) => `${octets.toString('base64url')}=`,
          (octets) => octets.toString('latin1'),
        ),
      )
      .map(
        ([which, write]) =>
          (good) =>
            withPart(good, which, (part) => {
              const written = write(decode(part));
              // Plain base64 of octets that need no padding and none of its own characters is base64url.
              return written === part ? `${part}=` : written;
            }),
      ),
  ),
];
