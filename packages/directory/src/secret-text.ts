import { randomText } from '@podpass/kernel';

const lettersAndDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Characters of a generated client secret after the first. */
const alphabet = `${lettersAndDigits}~_-`;

/** Characters of a generated client secret: more than 230 bits. */
export const secretLength = 40;

/**
 * The text of a new client secret. The first character is a letter or a digit: `az login -p -abc…` takes a leading hyphen for an option,
 * and a shell takes a leading tilde for a home folder.
 */
export const newSecretText = (): string => randomText(1, lettersAndDigits) + randomText(secretLength - 1, alphabet);
