import { dictionary, flag, list, optional, record, text, type Problem, type Shape, type Shaped } from '@podpass/arm';
import { podIdentity as rules } from '../wire.ts';

const nameOf = (max: number): Shape<string> =>
  text({
    max,
    pattern: rules.name,
    rule: 'must be a DNS-1123 subdomain: lower-case letters, digits, hyphens and dots, with a letter or digit at both ends',
  });

const namespace = text({
  max: 63,
  pattern: rules.namespace,
  rule: 'must be the name of a namespace: lower-case letters, digits and hyphens, with a letter or digit at both ends',
});

const labelValue = text({
  max: 63,
  pattern: rules.labelValue,
  rule: 'must be the value of a label: letters, digits, hyphens, underscores and dots, with a letter or digit at both ends',
});

const isLabelKey = (key: string): boolean => {
  const slash = key.indexOf('/');
  const prefix = slash === -1 ? undefined : key.slice(0, slash);
  if (prefix !== undefined && (prefix.length > rules.nameLength || !rules.name.test(prefix))) return false;
  return rules.labelName.test(key.slice(slash + 1));
};

const pairs = dictionary(labelValue, rules.labels);

const labels: Shape<Readonly<Record<string, string>>> = {
  read(value, path, problems: Problem[]) {
    const read = pairs.read(value, path, problems);
    for (const key of Object.keys(read ?? {})) {
      if (!isLabelKey(key)) problems.push({ path: `${path}.${key.slice(0, 80)}`, message: 'must be the key of a label' });
    }
    return read;
  },
};

/**
 * The pod identity profile, as the preview CLI sends it back with the whole cluster: states and provisioning information
 * are read-only, client and object ids are looked up. Names may be left out, and are made then.
 */
export const podIdentityBody = record({
  enabled: optional(flag()),
  allowNetworkPluginKubenet: optional(flag()),
  userAssignedIdentities: optional(
    list(
      record({
        name: optional(nameOf(rules.identityNameLength), { emptyToo: true }),
        namespace,
        bindingSelector: optional(labelValue, { emptyToo: true }),
        identity: record({ resourceId: text({ max: 1024 }) }),
      }),
      rules.identities,
    ),
  ),
  userAssignedIdentityExceptions: optional(
    list(
      record({ name: optional(nameOf(rules.nameLength), { emptyToo: true }), namespace, podLabels: optional(labels) }),
      rules.exceptions,
    ),
  ),
});

export type PodIdentityBody = Shaped<typeof podIdentityBody>;
