import { open } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { endianness } from 'node:os';
import { plainAddress } from '../addresses.ts';
import type { ConnectionEnds } from '../types.ts';
import { limits } from '../wire.ts';

const littleEndian = endianness() === 'LE';

/** An IPv4 address as /proc/net/tcp writes it: a number of the machine's byte order, in hexadecimal. */
const hexAddress = (address: string): string => {
  const bytes = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0').toUpperCase());
  return (littleEndian ? bytes.toReversed() : bytes).join('');
};
const mapped = littleEndian ? '0000000000000000FFFF0000' : '00000000000000000000FFFF';

const hexPort = (port: number): string => port.toString(16).padStart(4, '0').toUpperCase();

const isPort = (port: unknown): port is number => typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536;

/** How the client's row of a connection that we accepted begins, for both tables; undefined for what is no IPv4 connection. */
export const clientRows = (ends: ConnectionEnds): { readonly tcp: string; readonly tcp6: string } | undefined => {
  const local = plainAddress(ends.remoteAddress ?? '');
  const remote = plainAddress(ends.localAddress ?? '');
  if (!isIPv4(local) || !isIPv4(remote) || !isPort(ends.remotePort) || !isPort(ends.localPort)) return undefined;
  const row = (prefix: string) =>
    `: ${prefix}${hexAddress(local)}:${hexPort(ends.remotePort ?? 0)} ${prefix}${hexAddress(remote)}:${hexPort(ends.localPort ?? 0)} `;
  return { tcp: row(''), tcp6: row(mapped) };
};

/** The inode of the socket whose row begins so; undefined when there is none, or no process has it open any more (then it is 0). */
export const inodeInTable = (table: string, row: string): string | undefined => {
  for (let at = table.indexOf(row); at >= 0; at = table.indexOf(row, at + 1)) {
    const end = table.indexOf('\n', at);
    // After both addresses: state, queues, timer, retransmits, uid, timeout, inode.
    const inode = table
      .slice(at + row.length, end < 0 ? undefined : end)
      .trim()
      .split(/\s+/)[6];
    if (inode !== undefined && /^[1-9]\d*$/.test(inode)) return inode;
  }
  return undefined;
};

/** A file of /proc, which has no size, up to the limit; empty when there is none. */
const readTable = async (path: string): Promise<string> => {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return '';
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    while (size < limits.table) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(65_536), 0, 65_536);
      if (bytesRead === 0) break;
      chunks.push(buffer.subarray(0, bytesRead));
      size += bytesRead;
    }
    return Buffer.concat(chunks).toString('latin1');
  } catch {
    return '';
  } finally {
    await file.close();
  }
};

/**
 * The inode of the client's socket of a connection within one network namespace. `net` is the namespace's folder, `/proc/PID/net`.
 * https://docs.kernel.org/networking/proc_net_tcp.html
 */
export const inodeOfClient = async (net: string, ends: ConnectionEnds): Promise<string | undefined> => {
  const rows = clientRows(ends);
  if (rows === undefined) return undefined;
  return inodeInTable(await readTable(`${net}/tcp`), rows.tcp) ?? inodeInTable(await readTable(`${net}/tcp6`), rows.tcp6);
};
