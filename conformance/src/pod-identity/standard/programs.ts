/** Programs that pods bring along, for node. Their arguments follow the program. */

/**
 * Asks for a token of ARM again and again, and prints a line whenever the answer is another than before:
 * `STATUS CLIENT-ID-OF-THE-TOKEN` or `STATUS TEXT`. The first argument is added to the query.
 */
export const asker = `
const base = process.env.AZURE_POD_IDENTITY_AUTHORITY_HOST ?? 'http://169.254.169.254';
const more = process.argv[1] ?? '';
const target = base + '/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com%2F' + more;
const began = Date.now();
let last = '';
for (;;) {
  let line;
  try {
    const answer = await fetch(target, { headers: { Metadata: 'true' } });
    const text = await answer.text();
    const after = answer.headers.get('retry-after');
    line = answer.status === 200
      ? '200 ' + JSON.parse(Buffer.from(JSON.parse(text).access_token.split('.')[1], 'base64url')).appid
      : answer.status + ' ' + text.trim() + (after === null ? '' : ' retry-after=' + after);
  } catch (thrown) {
    line = 'error ' + thrown.message;
  }
  if (line !== last) console.log(line + (last === '' ? ' after ' + String(Date.now() - began) + ' ms' : ''));
  last = line;
  await new Promise((done) => setTimeout(done, 200));
}
`;

/** Asks for each of the paths once, and prints `STATUS PATH TEXT`; the header is sent where the argument begins with "+". */
export const getter = `
const base = process.env.AZURE_POD_IDENTITY_AUTHORITY_HOST ?? 'http://169.254.169.254';
for (const argument of process.argv.slice(1)) {
  const headers = argument.startsWith('+') ? { Metadata: 'true' } : {};
  const answer = await fetch(base + argument.replace('+', ''), { headers });
  console.log(answer.status + ' ' + argument + ' ' + (await answer.text()).trim().slice(0, 300));
}
console.log('done');
`;
