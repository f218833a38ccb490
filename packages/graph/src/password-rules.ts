import { GraphError } from './errors.ts';

/** https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy#password-policies-that-only-apply-to-cloud-user-accounts */
const length = { least: 8, most: 256 } as const;
const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/] as const;
const printable = /^[\x20-\x7e]+$/;

/** Throws the 400 for a password that breaks Entra's rules: 8 to 256 printable ASCII characters of three of four classes, without the user's name. */
export const checkPassword = (password: string, userPrincipalName: string): void => {
  const kinds = classes.filter((pattern) => pattern.test(password)).length;
  const [name = ''] = userPrincipalName.toLowerCase().split('@');
  const fits = password.length >= length.least && password.length <= length.most && kinds >= 3 && printable.test(password);
  if (!fits || (name.length >= 3 && password.toLowerCase().includes(name))) {
    throw new GraphError('weakPassword', { property: 'passwordProfile.password' });
  }
};
