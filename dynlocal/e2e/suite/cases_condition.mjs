// Conditions: what every operator and function says of an item, in a filter of a scan; and what is refused.
import { B, BOOL, L, M, N, NS, NULL, S, SS, answers, invalid, one } from './case.mjs'
import { hash } from './tables.mjs'

const item = {
  pk: S('p'), s: S('hello'), n: N(5), b: B(1, 2, 3), t: BOOL(true), z: NULL, ss: SS('x', 'y'), ns: NS(1, 2), l: L(S('a'), N(5), L()), m: M({ a: N(1), b: M({ c: S('deep') }) }),
}
const V = { ':hello': S('hello'), ':he': S('he'), ':n5': N('5.0'), ':n4': N(4), ':n6': N(6), ':x': S('x'), ':t': BOOL(true), ':null': NULL, ':b': B(1, 2), ':tn': S('N'), ':ts': S('S') }

// only gives the values that an expression uses, as others are refused.
function only(expression, values = V) {
  const used = Object.fromEntries(Object.entries(values).filter(([k]) => new RegExp(`${k}(?![a-z0-9])`).test(expression)))
  return Object.keys(used).length ? { ExpressionAttributeValues: used } : {}
}

const holds = (expression, yes = true) =>
  answers(`${expression} is ${yes}`, 'Scan', { TableName: 'hash', FilterExpression: expression, ...only(expression) }, { Count: yes ? 1 : 0, ScannedCount: 1 })
const not = (expression) => holds(expression, false)
const bad = (name, expression, message, values = V) =>
  invalid(name, 'PutItem', { TableName: 'hash', Item: { pk: S('q') }, ConditionExpression: expression, ...only(expression, values) }, message && one(`Invalid ConditionExpression: ${message}`))
const operand = (op, type) => `Incorrect operand type for operator or function; operator or function: ${op}, operand type: ${type}`

export default {
  name: 'conditions',
  setup: [hash, ['PutItem', { TableName: 'hash', Item: item }]],
  cases: [
    holds('s = :hello'), not('s = :he'), holds('n = :n5'), not('n = :hello'), holds('s <> :he'), not('s <> :hello'), holds('n <> :hello'),
    holds('n > :n4'), holds('n >= :n5'), not('n > :n5'), holds('n < :n6'), holds('n <= :n5'), not('s > :n4'), holds('s > :he'), holds('b > :b'),
    not('gone = :n5'), holds('gone <> :n5'), not('gone < :n5'), holds('NOT gone < :n5'), not('gone = gone2'), holds('t = :t'), holds('z = :null'),
    holds('n BETWEEN :n4 AND :n6'), holds('n BETWEEN :n5 AND :n5'), not('gone BETWEEN :n4 AND :n6'), holds('NOT n BETWEEN :n6 AND :n6'),
    holds('n IN (:n4, :n5)'), not('n IN (:n4, :hello)'), holds('s IN (:hello)'),
    holds('attribute_exists(m.b.c)'), not('attribute_exists(m.b.d)'), holds('attribute_exists(l[1])'), not('attribute_exists(l[3])'), holds('attribute_not_exists(gone)'), holds('attribute_exists(z)'),
    holds('attribute_type(n, :tn)'), not('attribute_type(n, :ts)'), not('attribute_type(gone, :ts)'),
    holds('begins_with(s, :he)'), not('begins_with(n, :he)'), holds('begins_with(b, :b)'), not('begins_with(gone, :he)'),
    holds('contains(s, :he)'), holds('contains(ss, :x)'), not('contains(ss, :he)'), holds('contains(ns, :n5)', false), holds('contains(l, :n5)'), not('contains(m, :x)'), holds('contains(:hello, s)'),
    holds('size(s) = :n5'), holds('size(ss) < :n4'), holds('size(l) < :n4'), holds('size(m) < :n4'), holds('size(b) < :n4'), not('size(n) = :n5'), not('size(gone) = :n5'), not('size(t) < :n5'),
    holds('s = :hello AND n = :n5'), not('s = :hello AND n = :n4'), holds('s = :he OR n = :n5'), not('NOT s = :hello'), holds('s = :he AND n = :n4 OR t = :t'), not('s = :he AND (n = :n4 OR t = :t)'),
    holds('NOT s = :he AND n = :n5'), holds('(s = :hello)'), holds('m.b.c <> :hello'), holds('l[0] <> l[1]'), holds('m.a < n'), holds(':n4 < n'), holds('s = :hello and not n = :n4 or t = :t'),

    bad('refuses a text that ends', 'a =', 'Syntax error; token: "<EOF>", near: "="'),
    bad('refuses two operators', 'a = = b', 'Syntax error; token: "=", near: "= = b"'),
    bad('refuses what is no token', 'a ! b', 'Syntax error; token: "!", near: "a ! b"'),
    bad('refuses an open parenthesis', 'attribute_not_exists(', 'Syntax error; token: "<EOF>", near: "("'),
    bad('refuses a path alone', 'a', 'Syntax error; token: "<EOF>", near: "a"'),
    bad('refuses redundant parentheses', '((a = :x))', 'The expression has redundant parentheses;'),
    bad('refuses reserved words', 'name = :x', 'Attribute name is a reserved keyword; reserved keyword: name'),
    bad('refuses undefined names', '#a = :x', 'An expression attribute name used in the document path is not defined; attribute name: #a'),
    bad('refuses undefined values', 'a = :gone', 'An expression attribute value used in expression is not defined; attribute value: :gone'),
    bad('refuses functions it does not know', 'nofn(a)', 'Invalid function name; function: nofn'),
    bad('knows functions by case', 'ATTRIBUTE_EXISTS(a)', 'Invalid function name; function: ATTRIBUTE_EXISTS'),
    bad('refuses functions of updates', 'if_not_exists(a, :x)', 'The function is not allowed in a condition expression; function: if_not_exists'),
    bad('refuses a function as a condition', 'size(a)', 'The function is not allowed to be used this way in an expression; function: size'),
    bad('refuses a condition as an operand', 'attribute_exists(a) = :x', 'The function is not allowed to be used this way in an expression; function: attribute_exists'),
    bad('refuses too few operands', 'begins_with(a)', 'Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1'),
    bad('refuses too many operands', 'attribute_exists(a, b)', 'Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2'),
    bad('refuses a value as the path', 'attribute_exists(:x)', 'Operator or function requires a document path; operator or function: attribute_exists'),
    bad('refuses a prefix that is a number', 'begins_with(a, :n5)', operand('begins_with', 'N')),
    bad('refuses to order booleans', 'a < :t', operand('<', 'BOOL')),
    bad('refuses to order nulls', 'a >= :null', operand('>=', 'NULL')),
    bad('refuses to order lists', 'a <= :l', operand('<=', 'L'), { ':l': L() }),
    bad('refuses to order sets', 'a > :s', operand('>', 'SS'), { ':s': SS('x') }),
    bad('refuses a range of two types', 'a BETWEEN :x AND :n5',
      'The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {S:x}, upper bound operand: AttributeValue: {N:5}'),
    bad('refuses a range upside down', 'a BETWEEN :n6 AND :n4',
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:6}, upper bound operand: AttributeValue: {N:4}'),
    bad('refuses types that are none', 'attribute_type(a, :x)', 'Invalid attribute type name found; type: x, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}'),
    bad('refuses to compare a thing with itself', 's = s', 'The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [s]'),
    bad('refuses 101 values of IN', `a IN (${Array(101).fill(':x').join(', ')})`,
      undefined),
    bad('refuses 301 operators', Array(302).fill('a = :x').join(' OR ').slice(0, 4096), undefined),
  ],
}
