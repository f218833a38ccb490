import { passwordLimits } from '../limits.ts';
import { invalid } from './problems.ts';

const classes = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/];

/**
 * Throws KernelError `invalid` unless the password fulfils Entra's rules: 8 to 256 printable ASCII characters (blanks count as signs) of
 * three of the four classes lower case, upper case, digits, signs.
 * Source: https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy
 */
export const checkPassword = (password: string): void => {
  const { min, max, classes: needed } = passwordLimits;
  const strong =
    password.length >= min &&
    password.length <= max &&
    /^[\x20-\x7e]+$/.test(password) &&
    classes.filter((kind) => kind.test(password)).length >= needed;
  if (!strong) {
    throw invalid('password', 'The specified password does not comply with password complexity requirements.', 'PasswordComplexity');
  }
};
