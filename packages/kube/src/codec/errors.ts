/**
 * Why a body or a patch could not be used. `malformed`, `too-large` and `unknown-kind` are the client's 400 (413 for
 * size), `patch-malformed` is 400, `patch-failed` (a failing `test`, a path that does not exist) is 422.
 */
const codecErrorCodes = ['malformed', 'too-large', 'unknown-kind', 'patch-malformed', 'patch-failed'] as const;
type CodecErrorCode = (typeof codecErrorCodes)[number];

/** Raised by decoders and patches. The message is safe to send and names no content of the body. */
export class CodecError extends Error {
  readonly code: CodecErrorCode;

  constructor(code: CodecErrorCode, message: string) {
    super(message);
    this.name = 'CodecError';
    this.code = code;
  }
}
