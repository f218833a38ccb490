import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CelError, CelLimitError, CelSyntaxError, compileCel, createBudget, evaluate, fromJson, type Value } from './index.ts';

const known = { roots: new Set(['object', 'variables']), variables: new Set(['v']) };
const run = (source: string, object: unknown = {}, steps?: number): Value => {
  const root = fromJson(object);
  const environment = { root: (name: string) => (name === 'object' ? root : undefined), variable: () => fromJson([1, 2]) };
  return evaluate(compileCel(source, known), environment, createBudget(steps));
};

describe('expressions that do not compile', () => {
  it.each([
    '',
    '(',
    '1 +',
    'object.',
    'a',
    'variables',
    'variables.w',
    'nope(1)',
    'object.nope()',
    '"a',
    '"\n"',
    '"\\q"',
    'b"x"',
    '1u',
    'has(object)',
    'object.all(1, true)',
    'object.map(x)',
    '"a".matches("(")',
    '"a".matches("a{600}a{600}")',
    '"a".matches("(?=a)")',
    '9223372036854775808',
    'object in',
    'for',
    '@',
    '1 2',
    'object.filter(x, true, x)',
    `${'('.repeat(300)}1${')'.repeat(300)}`,
    `1${' + 1'.repeat(300)}`,
    `"${'a'.repeat(40_000)}"`,
    'size(1, 2)',
    '"\\ud800"',
    'timestamp("2020-01-01T00:00:00Z")',
    'authorizer.group("")',
  ])('%s', (source) => {
    expect(() => compileCel(source, known)).toThrow(CelSyntaxError);
  });
});

describe('expressions that fail', () => {
  it.each<[string, unknown]>([
    ['object.a', {}],
    ['object.a.b', { a: null }],
    ['object.a[1]', { a: [1] }],
    ['1 / 0', {}],
    ['1 % 0', {}],
    ['"a" + 1', {}],
    ['1 < "a"', {}],
    ['!1', {}],
    ['9223372036854775807 + 1', {}],
    ['int("x")', {}],
    ['object.a ? 1 : 2', { a: 1 }],
    ['object.a.all(x, x.b)', { a: [1] }],
    ['object.a.map(x, x)', { a: 1 }],
    ['[1].join()', {}],
    ['object.constructor', {}],
    ['object.__proto__', {}],
    ['"abc".substring(2, 1)', {}],
    ['optional.none().value()', {}],
    ['[].max()', {}],
    ['{"a": 1, "a": 2}', {}],
    ['object.a || false', {}],
    ['quantity("x")', {}],
    ['"%d".format(["a"])', {}],
    ['bool("yes")', {}],
    ['1 + 1.5', {}],
  ])('%s', (source, object) => {
    expect(() => run(source, object)).toThrow(CelError);
  });
});

describe('bounds', () => {
  const list = Array.from({ length: 300 }, (_, index) => index);
  it.each([
    'object.a.all(x, object.a.all(y, object.a.all(z, true)))',
    'object.a.map(a, object.a.map(b, object.a.map(c, [a, b, c])))',
    'lists.range(9223372036854775807)',
    'lists.range(100000).map(x, object.s + string(x)).join("")',
    'object.s.replace("", object.s).replace("", object.s).replace("", object.s)',
    'lists.range(1500).exists(i, object.s.matches("(a|aa)+$(a{1,100}){1,9}b"))',
    'cel.bind(a, object.a + object.a + object.a + object.a, cel.bind(b, a + a + a + a + a, a.map(x, b + b + b + b)))',
    'lists.range(100000).map(x, "x").join(object.s + object.s + object.s + object.s).split("")',
    'false || lists.range(9000000).all(x, true) || true',
  ])('stop %s and cannot be absorbed', (source) => {
    expect(() => run(`(${source}) == 1 || true`, { a: list, s: 'a'.repeat(2_000) })).toThrow(CelLimitError);
  });

  it('refuse objects that nest too deeply', () => {
    let object: unknown = 1;
    for (let depth = 0; depth < 300; depth += 1) object = [object];
    expect(() => fromJson(object)).toThrow(CelLimitError);
  });
});

describe('expressions', () => {
  it.each<[string, unknown, Value]>([
    ['1 + 2 * 3 - 4 / 2 % 3', {}, 5n],
    ['-1 - -2', {}, 1n],
    ['2 - 1', {}, 1n],
    ['"a" + \'b\' + """c""" + r"\\d" + "\\x41\\u0042\\103"', {}, 'abc\\dABC'],
    ['object.a == 1.0 && object.a < 1.5 && 1 in [1.0]', { a: 1 }, true],
    ['object.a || true', {}, true],
    ['true || object.a', {}, true],
    ['false && object.a', {}, false],
    ['has(object.a) || has(object.b.c)', { b: {} }, false],
    ['has(object.a.b)', { a: null }, false],
    ['object.?a.b.orValue("x") + object.?c.?d.orValue("y")', { a: { b: 'q' } }, 'qy'],
    ['object.?a.hasValue() || object[?"b"].hasValue() || [1][?3].hasValue()', {}, false],
    ['[?object.?a, 2, ?optional.of(3)]', {}, [2n, 3n]],
    ['optional.of(2).optMap(x, x + 1).value()', {}, 3n],
    ['optional.ofNonZeroValue("").or(optional.of("z")).value()', {}, 'z'],
    ['object.l.filter(x, x > 1).map(x, x * 2)', { l: [1, 2, 3] }, [4n, 6n]],
    ['object.l.map(x, x > 1, x * 2)', { l: [1, 2, 3] }, [4n, 6n]],
    ['object.l.exists_one(x, x == 2)', { l: [1, 2, 3] }, true],
    ['object.l.exists(x, x.y || x == 3)', { l: [1, 2, 3] }, true],
    ['object.l.all(i, x, x == i)', { l: [0, 1] }, true],
    ['object.m.all(k, k.startsWith("a"))', { m: { a: 1, ab: 2 } }, true],
    ['object.l.transformList(i, v, i + v)', { l: [1, 2] }, [1n, 3n]],
    ['size(object.s) + size([1]) + size({"a": 1})', { s: '\u{1F600}x' }, 4n],
    ['["a", "b"].join("-").split("-").size()', {}, 2n],
    ['"abcabc".replace("b", "$&", 1) + "AbC".lowerAscii() + "abc".substring(1) + "abc".charAt(1)', {}, 'a$&cabcabcbcb'],
    ['"hello".matches("^h.*o$") && !"x".matches("y")', {}, true],
    ['"a,b,c".split(",", 2)', {}, ['a', 'b,c']],
    ['"abc".indexOf("c") + [5, 6].indexOf(6)', {}, 3n],
    ['sets.contains([1, 2], [2]) && sets.intersects([1], [1, 3]) && !sets.equivalent([1], [2])', {}, true],
    ['"%s has %d of %s".format(["x", 2, ["a", 1]])', {}, 'x has 2 of ["a", 1]'],
    ['quantity("1Gi").isGreaterThan(quantity("1000M")) && quantity("1500m").compareTo(quantity("1.5")) == 0', {}, true],
    ['variables.v.size() > 1 ? "y" : "n"', {}, 'y'],
    ['cel.bind(x, 2, x * x)', {}, 4n],
    ['type(1) == type(2) && type(1) != type("a")', {}, true],
    ['object.a.b in {"k": 1}', { a: { b: 'k' } }, true],
    ['{"a": {"b": [1]}} == object', { a: { b: [1] } }, true],
    ['[3, 1, 2].sort() == [1, 2, 3] && [1, 2].sum() == 3 && [1, 2].max() == 2 && [1].first().value() == 1', {}, true],
    ['dyn(1) // comment', {}, 1n],
  ])('%s', (source, object, expected) => {
    expect(run(source, object)).toEqual(expected);
  });
});

describe('properties', () => {
  const failures = [CelError, CelLimitError, CelSyntaxError];
  /** Whether the work ends in a value or in one of the failures that its callers know. */
  const isTame = (work: () => unknown): boolean => {
    try {
      work();
      return true;
    } catch (thrown) {
      return failures.some((kind) => thrown instanceof kind);
    }
  };
  const words = [
    'object',
    '.',
    '?',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ':',
    ',',
    '1',
    '"a"',
    'all',
    'x',
    '&&',
    '!',
    '-',
    'in',
    'has',
    ' ',
    '\\',
    '.?',
    '[?',
  ];
  const sources = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom(...words)).map((each) => each.join('')),
  );

  it('parses or refuses any text', () => {
    expect(() => fc.assert(fc.property(sources, (source) => isTame(() => run(source, {}, 10_000))))).not.toThrow();
  });

  it('evaluates or fails for any object', () => {
    const source = 'object.a.all(x, has(x.b) && x.b.exists(y, y.lowerAscii() == "all")) && object.?c.orValue([]).size() < 3';
    expect(() => fc.assert(fc.property(fc.jsonValue(), (object) => isTame(() => run(source, object))))).not.toThrow();
  });

  it('keeps the laws of equality for JSON values', () => {
    const same = (object: unknown) => run('object == object && object in [object]', object) === true;
    expect(() => fc.assert(fc.property(fc.jsonValue(), same))).not.toThrow();
  });
});
