import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

/** The bare server that start-up is compared with: HTTPS, one answer, one line when ready. Arguments: certificate, key. */
const [certificate = '', key = ''] = process.argv.slice(2);
const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (_, response) => response.end('hello'));
server.listen(0, '127.0.0.1', () => process.stdout.write('{"ready":true}\n'));
