import autocannon from 'autocannon';

/**
 * Exchanges one genuine assertion for access tokens as fast as the server allows, over HTTPS keep-alive on loopback.
 * Reads `{port, host, path, form, seconds, connections}` from its argument; prints requests per second and refusals.
 */
const input = JSON.parse(process.argv[2] ?? '{}') as {
  port: number;
  host: string;
  path: string;
  form: string;
  seconds: number;
  connections: number;
};
const result = await autocannon({
  url: `https://127.0.0.1:${input.port}${input.path}`,
  servername: input.host,
  method: 'POST',
  headers: { host: input.host, 'content-type': 'application/x-www-form-urlencoded' },
  body: input.form,
  connections: input.connections,
  duration: input.seconds,
  tlsOptions: { rejectUnauthorized: false, servername: input.host },
});
process.stdout.write(
  `${JSON.stringify({ perSecond: result.requests.average, refused: result.non2xx + result.errors + result.timeouts, p50: result.latency.p50, p99: result.latency.p99 })}\n`,
);
