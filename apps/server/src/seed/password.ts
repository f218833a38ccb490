import { randomText } from '@podpass/kernel';

/** Letters and digits that people do not take for one another. */
const upper = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
const lower = 'abcdefghijkmnopqrstuvwxyz';
const digits = '23456789';

/** Characters of generated secrets. */
export const secretAlphabet = upper + lower + digits;

/**
 * A random password of more than 110 bits in which all four kinds of characters occur: Entra asks for three.
 * https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy#password-policies-that-only-apply-to-cloud-user-accounts
 */
export const newPassword = (): string =>
  `${randomText(1, upper)}${randomText(1, lower)}${randomText(18, secretAlphabet)}-${randomText(4, digits)}`;
