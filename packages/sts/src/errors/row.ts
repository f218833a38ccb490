/** One row of the AADSTS catalogue: the OAuth error, the HTTP status and the sentence, in which `{name}` stands for a value of the error's data. */
export interface ErrorRow {
  readonly error: string;
  readonly status: number;
  readonly text: string;
}
