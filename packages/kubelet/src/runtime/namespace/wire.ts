/*
 * Names, places, limits and defaults of the namespace runtime. Capability names are those of capabilities(7) without
 * CAP_; the default set and the masked places of /proc are those of the container runtimes that clusters use
 * (https://github.com/moby/moby/blob/master/oci/caps/defaults.go, https://github.com/opencontainers/runtime-spec).
 */

/** Variables with this prefix carry data into the scripts; none of them reaches a program. */
export const variablePrefix = 'PODPASS_RT_';

/** Where the tools of the machine are looked up; the pod's own PATH is for the pod's program alone. */
export const toolPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What the container's script says on the status descriptor once everything is made and the program begins. */
export const begun = '+';

export const places = {
  home: '/pod-home',
  temporary: '/tmp',
} as const;

/** What a container has of its network, written for it. */
export const podFiles = ['/etc/hosts', '/etc/resolv.conf', '/etc/hostname'] as const;

/** Names in the folder that holds what a container writes. */
export const inWritable = { upper: 'upper', work: 'work', layers: 'layers', ready: 'ready', go: 'go' } as const;

export const defaults = {
  /** Bytes that a container may write outside its volumes. */
  writable: '1g',
  shm: '64m',
  temporary: '512m',
  /** Processes and threads of one container. */
  pids: 4096,
  /** Microseconds in which a CPU limit is accounted. */
  cpuPeriod: 100_000,
  /** The kernel refuses less. */
  cpuQuotaLeast: 1_000,
  /** Milliseconds after a container came until the root of the next one is made: the one that came starts meanwhile. */
  spareDelay: 60,
} as const;

/** What a container has unless it says otherwise. */
export const defaultCapabilities: readonly string[] = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FSETID',
  'FOWNER',
  'MKNOD',
  'NET_RAW',
  'SETGID',
  'SETUID',
  'SETFCAP',
  'SETPCAP',
  'NET_BIND_SERVICE',
  'SYS_CHROOT',
  'KILL',
  'AUDIT_WRITE',
];

/** What may be added: nothing that reaches past the container's own namespaces. */
export const addableCapabilities: readonly string[] = [
  ...defaultCapabilities,
  'NET_ADMIN',
  'NET_BROADCAST',
  'IPC_LOCK',
  'IPC_OWNER',
  'LEASE',
  'SYS_NICE',
];

/**
 * What a pod in the host network does not have, not even by default: with it, it reads the answers of the metadata service
 * to all pods of its node, and sends packets in their names. Kubernetes leaves NET_RAW to such pods.
 */
export const nodeWide: readonly string[] = ['NET_RAW', 'NET_ADMIN'];

/** The numbers of linux/capability.h, for the bounding set that /proc/self/status shows. */
export const capabilityNumbers: Readonly<Record<string, number>> = {
  CHOWN: 0,
  DAC_OVERRIDE: 1,
  FOWNER: 3,
  FSETID: 4,
  KILL: 5,
  SETGID: 6,
  SETUID: 7,
  SETPCAP: 8,
  NET_BIND_SERVICE: 10,
  NET_BROADCAST: 11,
  NET_ADMIN: 12,
  NET_RAW: 13,
  IPC_LOCK: 14,
  IPC_OWNER: 15,
  SYS_CHROOT: 18,
  SYS_NICE: 23,
  MKNOD: 27,
  LEASE: 28,
  AUDIT_WRITE: 29,
  SETFCAP: 31,
};

/** Parts of /proc that act on the whole machine: shown, but not to be written. */
export const readOnlyProc = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'] as const;
/** Parts of /proc that tell of the whole machine: empty. */
export const maskedProcFiles = [
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
] as const;
export const maskedFolders = ['/proc/acpi', '/proc/asound', '/proc/scsi', '/sys/firmware'] as const;

/** Device files that every container has. */
export const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty'] as const;

/** Links in /dev. */
export const deviceLinks: Readonly<Record<string, string>> = {
  fd: '/proc/self/fd',
  stdin: '/proc/self/fd/0',
  stdout: '/proc/self/fd/1',
  stderr: '/proc/self/fd/2',
  ptmx: 'pts/ptmx',
};

/** File systems that hold no programs, or that a container gets anew. */
export const pseudoFileSystems: readonly string[] = [
  'autofs',
  'binfmt_misc',
  'bpf',
  'cgroup',
  'cgroup2',
  'configfs',
  'debugfs',
  'devpts',
  'devtmpfs',
  'efivarfs',
  'fusectl',
  'hugetlbfs',
  'mqueue',
  'nsfs',
  'proc',
  'pstore',
  'ramfs',
  'rpc_pipefs',
  'securityfs',
  'selinuxfs',
  'sysfs',
  'tracefs',
];

/** Places that a container has for itself, whatever the machine has mounted there. */
export const ownPlaces = ['/proc', '/sys', '/dev', '/run', '/tmp'] as const;

/** What a volume must not be mounted on: container runtimes refuse the first two, and a root cannot be replaced. */
export const forbiddenMountPaths = ['/proc', '/sys'] as const;
