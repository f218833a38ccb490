/*
 * The shell scripts that make a container out of the tools of util-linux. They are constants: nothing of a pod is ever
 * part of their text. What is a pod's comes in variables and positional parameters, which a shell does not evaluate
 * when they stand in quotes, and in files in the format of fstab, written by `fstab.ts`.
 *
 * Why in this order. Every tool that runs with privileges must be the machine's: a volume mounted over /usr/bin or
 * /etc must not become one. So the container's root is made, entered, and the machine's root detached, while it still
 * is a plain copy of the machine's; then the program's shell is started with its final privileges, and waits; then one
 * single, already loaded `mount` mounts the pod's volumes, inside the new root, where no link of a volume can lead to
 * the machine; and only then the waiting shell becomes the program.
 */

/** Ends the start with a sentence for people. */
const fail = `fail() { printf '%s\\n' "$1" >&3; exit 128; }`;

/** The program's standard error and the status descriptor change places: what the tools complain of is not the program's. */
const swap = 'exec 8>&2 2>&3 3>&8 8>&-';

const begin = `
set -euf
umask 022
${swap}
${fail}
IFS='
'
`;

/**
 * Runs as process 1 of the container, with all privileges, and knows nothing of the pod. It makes the root and waits on descriptor 4 for
 * the rest, as `claim` writes it: variables, the pod's network, words. A value is the number of its lines and these lines. When the
 * machine has no memory left, the kernel shall end containers and not the platform: those say so of themselves, and cannot take it back.
 * Parameters: the script that goes on, in the pod's network, and what that is given first.
 */
export const rootScript = `${begin}
{ echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null || :
( for group in $PODPASS_RT_CGROUPS; do echo 1 >"$group/cgroup.procs" || exit 1; done ) &
limited=$!
mount -t tmpfs -o "nodev,mode=0755,size=$PODPASS_RT_SIZE" podpass "$PODPASS_RT_BASE/rw" 2>&3 || fail 'no file system for what the container writes'
cd "$PODPASS_RT_BASE/rw"
cp -a -- "$PODPASS_RT_SKELETON/." . || fail 'the container has no folder'
exec 7<>ready 9<>go
mount -a -T "$PODPASS_RT_BASE/root.table" 2>&3 || fail 'the root file system could not be made'
wait "$limited" || fail 'the container could not be put under its limits'
take() {
  IFS= read -r lines <&4 && IFS= read -r value <&4 || exit 128
  while [ "$lines" -gt 1 ]; do
    IFS= read -r line <&4 || exit 128
    value="$value
$line"
    lines=$((lines - 1))
  done
}
take; count=$value
while [ "$count" -gt 0 ]; do
  take; name=$value
  take; export "$name=$value"
  count=$((count - 1))
done
take; network=$value
take; count=$value
while [ "$count" -gt 0 ]; do take; set -- "$@" "$value"; count=$((count - 1)); done
script=$1; shift
${swap}
if [ -n "$network" ]; then exec nsenter --net="$network" -- sh -c "$script" podpass "$@"; fi
exec sh -c "$script" podpass "$@"
`;

/**
 * Goes on as process 1, with all privileges, in the pod's network: finishes the root, enters it, and starts the program's shell. Parameters:
 * the scripts of the shell for exec probes and of the program's; count and paths of files to be made in the root; count and paths of folders
 * likewise; count and words of the command that sheds privileges; count and words of all probes; then the program's command.
 */
export const initScript = `${begin}
agent=$1 final=$2; shift 2
{ echo "$PODPASS_RT_HOSTNAME" >/proc/sys/kernel/hostname; } 2>/dev/null || hostname "$PODPASS_RT_HOSTNAME" 2>&3 || fail 'the host name could not be set'
exec 6<"$PODPASS_RT_BASE/volumes.table"
mount -a -T "$PODPASS_RT_BASE/pod.table" 2>&3 || fail 'the volumes of the pod could not be reached'
cd "$PODPASS_RT_BASE/root"
pivot_root . "dev/$PODPASS_RT_STAGE/old" 2>&3 || fail 'the root file system could not be entered'
umount -l "/dev/$PODPASS_RT_STAGE/old" 2>&3 || fail 'the root of the machine could not be detached'
if [ -n "$PODPASS_RT_LAYERED" ]; then rm -rf /etc/hosts /etc/resolv.conf /etc/hostname; fi
printf '%s' "$PODPASS_RT_HOSTS" >/etc/hosts
printf '%s' "$PODPASS_RT_RESOLV" >/etc/resolv.conf
printf '%s\\n' "$PODPASS_RT_HOSTNAME" >/etc/hostname
count=$1; shift
while [ "$count" -gt 0 ]; do
  if [ ! -e "$1" ]; then
    parent=\${1%/*}
    if [ -n "$parent" ] && [ ! -d "$parent" ]; then mkdir -p -- "$parent" 2>&3 || fail 'a mount point could not be made'; fi
    : >"$1" || fail 'a mount point could not be made'
  fi
  shift; count=$((count - 1))
done
count=$1; shift
while [ "$count" -gt 0 ]; do
  if [ ! -d "$1" ]; then mkdir -p -- "$1" 2>&3 || fail 'a folder of the container could not be made'; fi
  shift; count=$((count - 1))
done
if [ -n "$PODPASS_RT_OWNER" ]; then chown "$PODPASS_RT_OWNER" /pod-home; fi
if [ -n "$PODPASS_RT_READONLY" ]; then mount -o remount,bind,ro / 2>&3 || fail 'the root file system could not be made read-only'; fi
( read -r _ <&7; if mount -a -T /proc/self/fd/6 2>&3; then echo ok; else echo no; fi >&9 ) &
PODPASS_RT_HELPER=$!
export PODPASS_RT_HELPER
exec 6<&-
cd /
length=$1 index=2
# Names of parameters, one after the other: they become what they name where the command is evaluated.
names() {
  names=''
  while [ "$1" -gt 0 ]; do names="$names \\"\\\${$index}\\""; index=$((index + 1)); set -- $(($1 - 1)); done
}
names "$length"; shell=$names
eval "length=\\\${$index}"; index=$((index + 1))
names "$length"
if [ "$length" -gt 0 ]; then ( eval "exec $shell sh -c \\"\\$agent\\" podpass $names" ) 3>&- 7>&- 9>&- & fi
names $(($# - index + 1))
eval "exec $shell sh -c \\"\\$final\\" podpass $names"
`;

/** Makes the pod's variables the shell's own, and forgets the runtime's. Names that no shell takes go to `odd`. */
const environment = `
unset LC_ALL
index=1
while [ "$index" -le "$PODPASS_RT_COUNT" ]; do eval "export \\"\\$PODPASS_RT_E$index\\"; unset PODPASS_RT_E$index"; index=$((index + 1)); done
`;

/** Puts the variables that no shell takes before the command, which \`env\` then sets. */
const become = `
if [ "$PODPASS_RT_ODD" -gt 0 ]; then
  index=1
  while [ "$index" -le "$PODPASS_RT_ODD" ]; do eval "set -- \\"\\$PODPASS_RT_O$index\\" \\"\\$@\\"; unset PODPASS_RT_O$index"; index=$((index + 1)); done
  set -- env "$@"
fi
`;

const forget = `
unset OLDPWD PODPASS_RT_COUNT PODPASS_RT_ODD PODPASS_RT_CWD PODPASS_RT_HELPER PODPASS_RT_CGROUPS PODPASS_RT_HOSTNAME PODPASS_RT_SKELETON \\
  PODPASS_RT_SIZE PODPASS_RT_BASE PODPASS_RT_STAGE PODPASS_RT_HOSTS PODPASS_RT_RESOLV PODPASS_RT_READONLY PODPASS_RT_OWNER PODPASS_RT_LAYERED
`;

/**
 * Answers exec probes: a shell with the container's own privileges, which waits inside it. Every line that it reads
 * (`number seconds nonce`) runs that command; the answer is its output, the nonce and the exit code.
 */
export const agentScript = `
set -uf
${environment}
cd / || exit 128
odd=$PODPASS_RT_ODD
cwd=$PODPASS_RT_CWD
entered=''
run() {
  number=$1; shift
  while [ "$number" -gt 0 ]; do number=$((number - 1)); skip=$1; shift; shift "$skip"; done
  length=$1; shift
  command='' index=1
  while [ "$index" -le "$length" ]; do command="$command \\"\\\${$index}\\""; index=$((index + 1)); done
  eval "set -- $command"
  if [ "$odd" -gt 0 ]; then
    index=1
    while [ "$index" -le "$odd" ]; do eval "set -- \\"\\$PODPASS_RT_O$index\\" \\"\\$@\\""; index=$((index + 1)); done
    set -- env "$@"
  fi
  { timeout -s KILL "$seconds" "$@" </dev/null 2>&1 4<&-; echo "
$nonce $?"; } >&4
}
while read -r which seconds nonce <&4; do
  if [ -z "$entered" ]; then cd -- "$cwd" && entered=1; fi
  run "$which" "$@"
done
`;

/** Becomes the program, when the volumes are there. Runs with the container's own privileges. */
export const finalScript = `
set -euf
umask 022
${fail}
echo >&7
read -r answer <&9
while [ -e "/proc/$PODPASS_RT_HELPER" ]; do (:); done
exec 7<&- 9<&-
if [ "$answer" != ok ]; then fail 'the volumes could not be mounted'; fi
cd -- "$PODPASS_RT_CWD" 2>/dev/null || fail "the working directory $PODPASS_RT_CWD cannot be entered"
${environment}
command -v -- "$1" >/dev/null 2>&1 || fail "exec: \\"$1\\": executable file not found in \\$PATH"
${become}
${forget}
unset IFS index answer
echo + >&3
exec 3>&- 4<&-
exec "$@"
`;
