/** Why a template or constraint cannot be taken; the message reaches its author. */
export class PolicyError extends Error {
  /** As in `status.byPod[].errors[].code`. */
  readonly code: string;
  /** Path of the offending field; empty for the object as a whole. */
  readonly location: string;

  constructor(code: string, message: string, location = '') {
    super(message);
    this.name = 'PolicyError';
    this.code = code;
    this.location = location;
  }
}
