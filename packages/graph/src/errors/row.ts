/** One row of the catalogue: Graph's code, the HTTP status and the sentence, in which `{name}` stands for a value of the error's data. */
export interface ErrorRow {
  readonly code: string;
  readonly status: number;
  readonly text: string;
  /** Code of the one entry in `details`, whose `target` is the data's `property`; absent: no details are sent. */
  readonly detail?: string;
}
