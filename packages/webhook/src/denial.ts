/** Why a pod is not admitted. The code and message reach the user through the API server. */
export interface Denial {
  readonly code: number;
  readonly message: string;
}

/** Thrown inside the mutation and turned into a `denied` outcome at its edge. */
export class Denied extends Error {
  readonly code: number;

  constructor(message: string, code = 400) {
    super(message);
    this.name = 'Denied';
    this.code = code;
  }
}
