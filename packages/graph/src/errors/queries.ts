import type { ErrorRow } from './row.ts';

const moreInformation = 'Refer to https://aka.ms/graph-docs/advanced-queries for more information';

/** Query options. Texts as clients report them, and https://learn.microsoft.com/graph/aad-advanced-queries#error-handling . */
export const queryErrors = {
  badFilter: { code: 'BadRequest', status: 400, text: 'Invalid filter clause: {reason}' },
  unknownFilterProperty: {
    code: 'BadRequest',
    status: 400,
    text: "Invalid filter clause: Could not find a property named '{property}' on type 'microsoft.graph.{type}'.",
  },
  unsupportedFilter: {
    code: 'Request_UnsupportedQuery',
    status: 400,
    text: "Unsupported or invalid query filter clause specified for property '{property}' of resource '{resource}'.",
  },
  needsAdvancedQuery: {
    code: 'Request_UnsupportedQuery',
    status: 400,
    text: `Operator '{operator}' is not supported because the required parameters might be missing. Try adding $count=true query parameter and ConsistencyLevel:eventual header. ${moreInformation}`,
  },
  searchNeedsHeader: {
    code: 'Request_UnsupportedQuery',
    status: 400,
    text: "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
  },
  // Unverified.
  badSearch: {
    code: 'BadRequest',
    status: 400,
    text: `Unrecognized query argument specified: '{search}'. A search has the form "property:text".`,
  },
  unsupportedOrder: { code: 'Request_UnsupportedQuery', status: 400, text: 'Sorting not supported for current query.' },
  // Unverified.
  unknownOrderProperty: {
    code: 'BadRequest',
    status: 400,
    text: "Parsing OData OrderBy failed: Could not find a property named '{property}' on type 'microsoft.graph.{type}'.",
  },
  /** Entra: $count on directory objects works with ConsistencyLevel only. */
  countNeedsHeader: {
    code: 'Request_BadRequest',
    status: 400,
    text: '$count is not currently supported.',
  },
  // Unverified; so is the next.
  badOption: { code: 'Request_UnsupportedQuery', status: 400, text: "The query option '{option}' is not supported." },
  badOptionValue: { code: 'BadRequest', status: 400, text: "Invalid value specified for the query option '{option}'." },
  badTop: { code: 'Request_BadRequest', status: 400, text: "Invalid page size specified: '{top}'. Must be between 1 and 999 inclusive." },
  badPageToken: {
    code: 'Directory_ExpiredPageToken',
    status: 400,
    text: 'The specified page token value has expired and can no longer be included in your request.',
  },
  /** Not Azure's: a bound of this service on queries that must look at everything at once. */
  tooMuchToScan: { code: 'Request_UnsupportedQuery', status: 400, text: 'The query would look at too many objects. Narrow its filter.' },
  unknownProperty: {
    code: 'BadRequest',
    status: 400,
    text: "Parsing OData Select and Expand failed: Could not find a property named '{property}' on type 'microsoft.graph.{type}'.",
  },
} as const satisfies Readonly<Record<string, ErrorRow>>;
