import { endianness } from 'node:os';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientRows, inodeInTable, inodeOfClient } from './tcp-table.ts';

const ends = { remoteAddress: '127.0.0.1', remotePort: 40_000, localAddress: '169.254.169.254', localPort: 80 };
const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const row = (local: string, remote: string, { state = '01', inode = '4711' } = {}) =>
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000000000000000 20 4 30 10 -1\n`;

describe.skipIf(endianness() !== 'LE')('the table of connections', () => {
  const find = (table: string, which: 'tcp' | 'tcp6' = 'tcp') => inodeInTable(table, clientRows(ends)![which]);

  it.each([
    ['an empty table', ''],
    ['the header alone', header],
    ['our own end of the connection', header + row('FEA9FEA9:0050', '0100007F:9C40')],
    ['another port', header + row('0100007F:9C41', 'FEA9FEA9:0050')],
    ['another destination', header + row('0100007F:9C40', 'FEA9FEAA:0050')],
    ['a connection that no process has', header + row('0100007F:9C40', 'FEA9FEA9:0050', { state: '06', inode: '0' })],
    ['a row that is cut off', header + row('0100007F:9C40', 'FEA9FEA9:0050').slice(0, 60)],
  ])('finds nobody in %s', (_what, table) => {
    expect(find(table)).toBeUndefined();
  });
  it('finds the client behind a row of an ended connection with the same ends', () => {
    const ended = row('0100007F:9C40', 'FEA9FEA9:0050', { state: '06', inode: '0' });
    expect(find(header + ended + row('0100007F:9C40', 'FEA9FEA9:0050'))).toBe('4711');
  });
  it('finds a client that uses an IPv6 socket', () => {
    const prefix = '0000000000000000FFFF0000';
    expect(find(header + row(`${prefix}0100007F:9C40`, `${prefix}FEA9FEA9:0050`), 'tcp6')).toBe('4711');
  });
  it.each([
    [{}],
    [{ ...ends, remoteAddress: '::1' }],
    [{ ...ends, remotePort: 0 }],
    [{ ...ends, localPort: 65_536 }],
    [{ ...ends, localPort: undefined }],
    [{ ...ends, localAddress: 'localhost' }],
  ])('knows no row for %j', (bad) => {
    expect(clientRows(bad)).toBeUndefined();
  });
  it('never throws, whatever the table holds', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const found = find(`${before}${clientRows(ends)!.tcp}${after}`);
        expect(found === undefined || /^\d+$/.test(found)).toBe(true);
      }),
    );
  });
  it('finds nothing in a namespace that has gone', async () => {
    expect(await inodeOfClient('/proc/0/net', ends)).toBeUndefined();
  });
});
