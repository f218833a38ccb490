import { describe, expect, it } from 'vitest';
import { parseClaimsExpression } from './parse.ts';

const expressionOf = (text: string) => {
  const parsed = parseClaimsExpression(text);
  if ('failure' in parsed) throw new Error(`${parsed.failure.message} at ${parsed.failure.at}`);
  return parsed.expression;
};
const clause = "claims['sub'] eq 'a'";
const github = 'https://token.actions.githubusercontent.com';

describe('what does not parse', () => {
  it.each<[string, string, string, number]>([
    ['nothing', '', 'look-up', 0],
    ['a leading space', ` ${clause}`, 'look-up', 0],
    ['a trailing space', `${clause} `, "joined by 'and'", 21],
    ['another object', "token['sub'] eq 'a'", 'look-up', 0],
    ['a claim without quotes', "claims[sub] eq 'a'", 'look-up', 7],
    ['a claim after a dot', "claims.sub eq 'a'", 'does not belong', 6],
    ['an empty claim', "claims[''] eq 'a'", 'empty', 7],
    ['a bracket left open', "claims['sub' eq 'a'", 'look-up', 12],
    ['double quotes', 'claims["sub"] eq "a"', 'does not belong', 7],
    ['no space before the operator', "claims['sub']eq 'a'", 'single space', 13],
    ['two spaces', "claims['sub']  eq 'a'", 'single space', 13],
    ['a tab', "claims['sub']\teq 'a'", 'does not belong', 13],
    ['an operator in capitals', "claims['sub'] EQ 'a'", 'operator', 14],
    ['an operator of no language version', "claims['sub'] startswith 'a'", 'operator', 14],
    ['no operator', "claims['sub'] 'a'", 'operator', 14],
    ['nothing to compare with', "claims['sub'] eq", 'single space', 16],
    ['nothing after the space', "claims['sub'] eq ", 'single quotes', 17],
    ['an empty text', "claims['sub'] eq ''", 'empty', 17],
    ['a number', "claims['sub'] eq 1", 'does not belong', 17],
    ['a text left open', "claims['sub'] eq 'a", 'closing quote', 17],
    ['a text closed and opened again', "claims['sub'] eq 'a' 'b'", "joined by 'and'", 21],
    ['or', `${clause} or ${clause}`, "joined by 'and'", 21],
    ['AND', `${clause} AND ${clause}`, "joined by 'and'", 21],
    ['and at the end', `${clause} and`, 'single space', 24],
    ['and before nothing', `${clause} and `, 'look-up', 25],
    ['brackets around', `(${clause})`, 'does not belong', 0],
    ['eleven conditions', Array.from({ length: 11 }, () => clause).join(' and '), 'At most 10', 245],
    ['more than 600 characters', `claims['sub'] eq '${'a'.repeat(582)}'`, 'at most 600', 600],
  ])('%s', (_what, text, message, at) => {
    expect(parseClaimsExpression(text)).toMatchObject({ failure: { message: expect.stringContaining(message) as string, at } });
  });
});

describe('what is evaluated', () => {
  it.each<[string, Record<string, unknown>, boolean]>([
    ["claims['sub'] eq 'a'", { sub: 'b' }, false],
    ["claims['sub'] eq 'a'", { sub: 'A' }, false],
    ["claims['sub'] eq 'a'", {}, false],
    ["claims['sub'] eq 'a'", { sub: ['a'] }, false],
    ["claims['sub'] eq '1'", { sub: 1 }, false],
    ["claims['sub'] eq 'a*'", { sub: 'ab' }, false],
    ["claims['toString'] matches '*'", {}, false],
    ["claims['__proto__'] matches '*'", {}, false],
    ["claims['sub'] matches 'repo:contoso/*'", { sub: 'repo:contoso2/x' }, false],
    ["claims['sub'] matches 'repo:contoso/*'", { sub: 'x repo:contoso/x' }, false],
    ["claims['sub'] matches 'repo:contoso/*'", { sub: 'REPO:contoso/x' }, false],
    ["claims['sub'] matches 'a?'", { sub: 'a' }, false],
    ["claims['sub'] matches 'a?'", { sub: 'abc' }, false],
    ["claims['sub'] matches '?'", { sub: '' }, false],
    ["claims['sub'] matches 'a.c'", { sub: 'abc' }, false],
    ["claims['sub'] eq 'a' and claims['job_workflow_ref'] eq 'b'", { sub: 'a' }, false],
    ["claims['sub'] eq 'a' and claims['job_workflow_ref'] eq 'b'", { sub: 'a', job_workflow_ref: 'c' }, false],
    ["claims['sub'] matches '*'", { sub: 'a'.repeat(2049) }, false],
    ["claims['sub'] eq 'a'", { sub: 'a' }, true],
    ["claims['sub'] matches 'repo:contoso/*'", { sub: 'repo:contoso/' }, true],
    ["claims['sub'] matches 'repo:contoso/*:ref:refs/heads/*'", { sub: 'repo:contoso/x:ref:refs/heads/a/b' }, true],
    ["claims['sub'] matches 'refs/heads/????'", { sub: 'refs/heads/main' }, true],
    ["claims['sub'] eq 'it''s'", { sub: "it's" }, true],
    ["claims['sub'] eq 'a' and claims['job_workflow_ref'] matches '*@main'", { sub: 'a', job_workflow_ref: 'x@main' }, true],
    ["claims['sub'] matches '*'", { sub: '' }, true],
  ])('%s on %j: %s', (text, claims, expected) => {
    expect(expressionOf(text).matches(claims)).toBe(expected);
  });

  it('in bounded time, whatever the pattern', () => {
    const expression = expressionOf(`claims['sub'] matches '${'*a?'.repeat(190)}b'`);
    expect(expression.matches({ sub: 'a'.repeat(2048) })).toBe(false);
  });

  it('the claims that it names, each once', () => {
    expect(expressionOf(`${clause} and claims['repository_id'] eq '1' and ${clause}`).claims).toEqual(['sub', 'repository_id']);
  });
});

describe('what fits an issuer', () => {
  const pinned = "claims['sub'] matches 'repo:contoso/*' and claims['repository_id'] eq '1'";
  it.each<[string, string, string | undefined]>([
    ['https://oidc.example/', pinned, 'issuer'],
    [`${github}/`, pinned, 'issuer'],
    [`${github}/contoso`, pinned, 'issuer'],
    [github.toUpperCase(), pinned, 'issuer'],
    ['http://gitlab.com', clause, 'issuer'],
    ['https://gitlab.example.org', clause, 'issuer'],
    ['https://gitlab.evil.example.com', clause, 'issuer'],
    ['https://gitlab.com.evil.example', clause, 'issuer'],
    ['https://gitlab.a.com\n', clause, 'issuer'],
    ['https://app.terraform.io.evil.example', clause, 'issuer'],
    [github, clause, 'lacking'],
    [github, "claims['repository_id'] eq '1'", 'lacking'],
    [github, "claims['sub'] eq 'a' and claims['repository_id'] matches '1*'", 'unallowed'],
    [github, `${pinned} and claims['event_name'] eq 'push'`, 'unallowed'],
    [github, `${pinned} and claims['toString'] eq 'x'`, 'unallowed'],
    ['https://gitlab.com', "claims['project_path'] eq 'a'", 'unallowed'],
    ['https://app.terraform.io', `${clause} and claims['job_workflow_ref'] eq 'a'`, 'unallowed'],
    [github, pinned, undefined],
    [github, `${clause} and claims['repository_owner_id'] eq '1' and claims['job_workflow_ref'] matches 'a/*'`, undefined],
    ['https://gitlab.com', clause, undefined],
    ['https://gitlab.contoso.com', clause, undefined],
    ['https://gitlab.contoso.ca', clause, undefined],
    ['https://app.terraform.io', clause, undefined],
    ['https://app.eu.terraform.io', clause, undefined],
  ])('%j with %s: %s', (issuer, text, reason) => {
    expect(expressionOf(text).unfitFor(issuer)?.reason).toBe(reason);
  });
});
