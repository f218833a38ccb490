import { groupLimits } from '../limits.ts';
import { optional, text, type PropertyRules } from './properties.ts';

export const groupRules = {
  displayName: text(groupLimits.displayName),
  description: optional(text(groupLimits.description)),
  // What Graph forbids in it: https://learn.microsoft.com/graph/api/resources/group
  mailNickname: text(groupLimits.mailNickname, { pattern: /^[\x21-\x7e]+$/ }),
} as const satisfies PropertyRules;
