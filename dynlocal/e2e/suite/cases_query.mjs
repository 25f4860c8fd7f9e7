// Query: key conditions, order, pages, indexes, and what is refused.
import { B, BOOL, N, S, answers, custom, fails, gives, invalid, one, refuses, steps, valueAt } from './case.mjs'
import { all } from './tables.mjs'

const put = (TableName, Item) => ['PutItem', { TableName, Item }]
const seeds = [
  ...['a', 'ab', 'abc', 'b', 'c'].map((sk, i) => put('comp', { pk: S('p'), sk: S(sk), i: N(i), even: BOOL(i % 2 === 0) })),
  ...[-10, -1, 0, 0.5, 2, 10].map((n) => put('compN', { pk: S('p'), sk: N(n) })),
  ...[[0], [0, 1], [1], [255]].map((b) => put('compB', { pk: S('p'), sk: B(...b) })),
  ...[1, 2, 3].map((i) => put('indexed', { pk: S('p'), sk: S(`s${i}`), a: S('A'), b: S(`b${4 - i}`), n: N(i), data: S('d'), extra: S('e') })),
  put('indexed', { pk: S('p'), sk: S('s4'), extra: S('e') }),
]

const q = (condition, values, more = {}) => ({
  TableName: 'comp', KeyConditionExpression: condition, ...(values ? { ExpressionAttributeValues: { ':p': S('p'), ...values } } : {}), ...more,
})
const sks = (...list) => ({ Items: (items) => JSON.stringify(items?.map((i) => i.sk.S ?? i.sk.N)) === JSON.stringify(list.map(String)), Count: list.length })
const finds = (name, condition, values, ...list) => answers(name, 'Query', q(condition, values), sks(...list))
const findsN = (name, condition, values, ...list) => answers(name, 'Query', q(condition, values, { TableName: 'compN' }), sks(...list))
const bad = (name, condition, message, values = {}, more = {}) => invalid(name, 'Query', q(condition, values, more), message)
const schema = 'One or more parameter values were invalid: Condition parameter type does not match schema type'
const operand = (op, type) => `Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: ${op}, operand type: ${type}`

// pages reads all pages and gives the sort keys of each.
async function pages(ctx, input) {
  const out = []
  for (let start; ; ) {
    const page = await ctx.call('Query', { ...input, ExclusiveStartKey: start })
    out.push(page.Items.map((i) => i.sk.S))
    start = page.LastEvaluatedKey
    if (!start) return JSON.stringify(out)
  }
}

const paged = (name, input, want) => custom(name, async (ctx) => {
  const got = await pages(ctx, input)
  if (got !== JSON.stringify(want)) throw new Error(`pages ${got}, want ${JSON.stringify(want)}`)
})

const index = (IndexName, condition, values, more = {}) => ({ TableName: 'indexed', IndexName, KeyConditionExpression: condition, ExpressionAttributeValues: values, ...more })

export default {
  name: 'Query',
  setup: [...all, ...seeds],
  cases: [
    finds('a partition', 'pk = :p', {}, 'a', 'ab', 'abc', 'b', 'c'),
    finds('a partition that is not there', 'pk = :p', { ':p': S('none') }),
    finds('=', 'pk = :p AND sk = :s', { ':s': S('ab') }, 'ab'),
    finds('<', 'pk = :p AND sk < :s', { ':s': S('b') }, 'a', 'ab', 'abc'),
    finds('<=', 'pk = :p AND sk <= :s', { ':s': S('b') }, 'a', 'ab', 'abc', 'b'),
    finds('>', 'pk = :p AND sk > :s', { ':s': S('ab') }, 'abc', 'b', 'c'),
    finds('>=', 'pk = :p AND sk >= :s', { ':s': S('abc') }, 'abc', 'b', 'c'),
    finds('BETWEEN', 'pk = :p AND sk BETWEEN :s AND :t', { ':s': S('ab'), ':t': S('b') }, 'ab', 'abc', 'b'),
    finds('begins_with', 'pk = :p AND begins_with(sk, :s)', { ':s': S('ab') }, 'ab', 'abc'),
    finds('the sort key first', 'sk > :s AND pk = :p', { ':s': S('b') }, 'c'),
    finds('values first', ':p = pk AND :s < sk', { ':s': S('b') }, 'c'),
    finds('parentheses', '(pk = :p) AND (sk = :s)', { ':s': S('a') }, 'a'),
    finds('parentheses around all', '(pk = :p AND sk = :s)', { ':s': S('a') }, 'a'),
    finds('parentheses in parentheses', '(pk = :p AND (sk = :s))', { ':s': S('a') }, 'a'),
    bad('refuses redundant parentheses', '((pk = :p)) AND ((sk = :s))', 'Invalid KeyConditionExpression: The expression has redundant parentheses;', { ':s': S('a') }),
    finds('and in small letters', 'pk = :p and sk between :s and :t', { ':s': S('b'), ':t': S('c') }, 'b', 'c'),
    findsN('numbers in order', 'pk = :p', {}, -10, -1, 0, 0.5, 2, 10),
    findsN('numbers by value', 'pk = :p AND sk = :s', { ':s': N('2.00') }, 2),
    findsN('numbers between', 'pk = :p AND sk BETWEEN :s AND :t', { ':s': N(-1), ':t': N('1') }, -1, 0, 0.5),
    findsN('numbers below', 'pk = :p AND sk < :s', { ':s': N(0) }, -10, -1),
    answers('bytes in order', 'Query', q('pk = :p AND sk >= :s', { ':s': B(0, 1) }, { TableName: 'compB' }), { Count: 3, Items: (l) => l.map((i) => i.sk.B.length + ':' + i.sk.B[0]).join() === '2:0,1:1,1:255' }),
    answers('backward', 'Query', q('pk = :p', {}, { ScanIndexForward: false }), sks('c', 'b', 'abc', 'ab', 'a')),
    answers('a limit', 'Query', q('pk = :p', {}, { Limit: 2 }), { ...sks('a', 'ab'), ScannedCount: 2, LastEvaluatedKey: { pk: S('p'), sk: S('ab') } }),
    answers('a limit backward', 'Query', q('pk = :p', {}, { Limit: 2, ScanIndexForward: false }), { ...sks('c', 'b'), LastEvaluatedKey: { pk: S('p'), sk: S('b') } }),
    answers('a limit on the last item goes on', 'Query', q('pk = :p', {}, { Limit: 5 }), { ...sks('a', 'ab', 'abc', 'b', 'c'), LastEvaluatedKey: { pk: S('p'), sk: S('c') } }),
    answers('a limit beyond ends', 'Query', q('pk = :p', {}, { Limit: 6 }), { ...sks('a', 'ab', 'abc', 'b', 'c'), LastEvaluatedKey: undefined }),
    answers('a limit is counted before the filter', 'Query', q('pk = :p', { ':f': BOOL(true) }, { Limit: 2, FilterExpression: 'even = :f' }), { ...sks('a'), ScannedCount: 2, LastEvaluatedKey: { pk: S('p'), sk: S('ab') } }),
    answers('starts after a key', 'Query', q('pk = :p', {}, { ExclusiveStartKey: { pk: S('p'), sk: S('abc') } }), sks('b', 'c')),
    answers('starts after a key that no item has', 'Query', q('pk = :p', {}, { ExclusiveStartKey: { pk: S('p'), sk: S('aa') } }), sks('ab', 'abc', 'b', 'c')),
    answers('starts before a key, backward', 'Query', q('pk = :p', {}, { ExclusiveStartKey: { pk: S('p'), sk: S('abc') }, ScanIndexForward: false }), sks('ab', 'a')),
    paged('pages of two', q('pk = :p', {}, { Limit: 2 }), [['a', 'ab'], ['abc', 'b'], ['c']]),
    paged('pages of two backward', q('pk = :p', {}, { Limit: 2, ScanIndexForward: false }), [['c', 'b'], ['abc', 'ab'], ['a']]),
    paged('pages of a range', q('pk = :p AND sk < :s', { ':s': S('c') }, { Limit: 3 }), [['a', 'ab', 'abc'], ['b']]),
    paged('pages of an index', index('gsiAll', 'a = :a', { ':a': S('A') }, { Limit: 1 }), [['s1'], ['s2'], ['s3'], []]),

    answers('filters', 'Query', q('pk = :p', { ':n': N(2) }, { FilterExpression: 'i >= :n' }), { ...sks('abc', 'b', 'c'), ScannedCount: 5 }),
    answers('counts', 'Query', q('pk = :p', {}, { Select: 'COUNT' }), { Count: 5, ScannedCount: 5, Items: undefined }),
    answers('counts what passes', 'Query', q('pk = :p', { ':f': BOOL(true) }, { Select: 'COUNT', FilterExpression: 'even = :f' }), { Count: 3, ScannedCount: 5, Items: undefined }),
    answers('projects', 'Query', q('pk = :p', {}, { ProjectionExpression: 'i', Limit: 1 }), { Items: [{ i: N(0) }] }),
    answers('projects with Select', 'Query', q('pk = :p', {}, { ProjectionExpression: 'i', Select: 'SPECIFIC_ATTRIBUTES', Limit: 1 }), { Items: [{ i: N(0) }] }),
    answers('costs half', 'Query', q('pk = :p', {}, { ReturnConsumedCapacity: 'TOTAL' }), { ConsumedCapacity: { TableName: 'comp', CapacityUnits: 0.5 } }),
    answers('costs one when consistent', 'Query', q('pk = :p', {}, { ReturnConsumedCapacity: 'INDEXES', ConsistentRead: true }), { ConsumedCapacity: { TableName: 'comp', CapacityUnits: 1, Table: { CapacityUnits: 1 } } }),

    answers('a global index in its order', 'Query', index('gsiAll', 'a = :a AND n > :n', { ':a': S('A'), ':n': N(1) }), sks('s2', 's3')),
    answers('a global index backward', 'Query', index('gsiAll', 'a = :a', { ':a': S('A') }, { ScanIndexForward: false }), sks('s3', 's2', 's1')),
    answers('a global index costs on its own', 'Query', index('gsiAll', 'a = :a', { ':a': S('A') }, { ReturnConsumedCapacity: 'INDEXES' }),
      { ConsumedCapacity: { TableName: 'indexed', CapacityUnits: 0.5, Table: { CapacityUnits: 0 }, GlobalSecondaryIndexes: { gsiAll: { CapacityUnits: 0.5 } } } }),
    answers('a limit on an index gives both keys', 'Query', index('gsiAll', 'a = :a', { ':a': S('A') }, { Limit: 1 }), { LastEvaluatedKey: { pk: S('p'), sk: S('s1'), a: S('A'), n: N(1) } }),
    answers('an index gives what it projects', 'Query', index('gsiKeys', 'b = :b', { ':b': S('b1') }), { Items: [{ pk: S('p'), sk: S('s3'), a: S('A'), b: S('b1') }] }),
    answers('an index includes more', 'Query', index('gsiSome', 'a = :a', { ':a': S('A') }, { Limit: 1, Select: 'ALL_PROJECTED_ATTRIBUTES' }), { Items: (l) => Object.keys(l[0]).sort().join() === 'a,data,pk,sk' }),
    answers('a local index in its order', 'Query', index('lsiKeys', 'pk = :p', { ':p': S('p') }), { Items: (l) => l.map((i) => i.b.S).join() === 'b1,b2,b3' && !l[0].extra }),
    answers('a local index fetches what it lacks', 'Query', index('lsiKeys', 'pk = :p', { ':p': S('p') }, { Select: 'ALL_ATTRIBUTES' }), { Items: (l) => l.every((i) => i.extra.S === 'e') }),
    answers('a local index fetches what is projected', 'Query', index('lsiKeys', 'pk = :p', { ':p': S('p') }, { ProjectionExpression: 'extra', ConsistentRead: true }), { Items: (l) => l.length === 3 && l.every((i) => i.extra.S === 'e') }),
    answers('an index of several attributes', 'Query', index('gsiMulti', 'a = :a AND b = :b', { ':a': S('A'), ':b': S('b3') }), sks('s1')),
    answers('an index of several attributes, further', 'Query', index('gsiMulti', 'a = :a AND b = :b AND n = :n AND begins_with(sk, :s)', { ':a': S('A'), ':b': S('b3'), ':n': N(1), ':s': S('s') }), sks('s1')),
    invalid('an index of several attributes needs all of the hash', 'Query', index('gsiMulti', 'a = :a', { ':a': S('A') })),
    invalid('an index of several attributes needs the range from the left', 'Query', index('gsiMulti', 'a = :a AND b = :b AND sk = :s', { ':a': S('A'), ':b': S('b3'), ':s': S('s1') })),
    steps('items that lack a key are in no index', ['Scan', { TableName: 'indexed', IndexName: 'gsiAll' }, gives({ Count: 3 })], ['Scan', { TableName: 'indexed' }, gives({ Count: 4 })]),

    refuses('needs a table that exists', 'Query', q('pk = :p', {}, { TableName: 'none' }), 'ResourceNotFoundException', 'Requested resource not found'),
    invalid('needs an index that exists', 'Query', q('pk = :p', {}, { IndexName: 'none' }), /^The table does not have the specified index: none$/),
    invalid('needs a condition', 'Query', { TableName: 'comp' }, 'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.'),
    bad('refuses an empty condition', '', 'Invalid KeyConditionExpression: The expression can not be empty;'),
    invalid('needs the hash key', 'Query', { TableName: 'comp', KeyConditionExpression: 'sk = :s', ExpressionAttributeValues: { ':s': S('a') } }, 'Query condition missed key schema element: pk'),
    invalid('needs the hash key, not another', 'Query', { TableName: 'comp', KeyConditionExpression: 'x = :s', ExpressionAttributeValues: { ':s': S('a') } }, 'Query condition missed key schema element: pk'),
    bad('needs = on the hash key', 'pk > :p', 'Query key condition not supported'),
    bad('refuses OR', 'pk = :p OR sk = :s', 'Invalid operator used in KeyConditionExpression: OR', { ':s': S('a') }),
    bad('refuses NOT', 'pk = :p AND NOT sk = :s', 'Invalid operator used in KeyConditionExpression: NOT', { ':s': S('a') }),
    bad('refuses <>', 'pk = :p AND sk <> :s', 'Invalid operator used in KeyConditionExpression: <>', { ':s': S('a') }),
    bad('refuses IN', 'pk = :p AND sk IN (:s)', 'Invalid operator used in KeyConditionExpression: IN', { ':s': S('a') }),
    bad('refuses functions', 'pk = :p AND contains(sk, :s)', 'Invalid operator used in KeyConditionExpression: contains', { ':s': S('a') }),
    bad('refuses paths', 'pk = :p AND sk.a = :s', /nested attributes/, { ':s': S('a') }),
    bad('refuses two conditions on a key', 'pk = :p AND sk > :s AND sk < :t', 'Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key', { ':s': S('a'), ':t': S('b') }),
    bad('refuses three conditions', 'pk = :p AND sk > :s AND extra = :t', 'The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)', { ':s': S('a'), ':t': S('b') }),
    bad('refuses other types', 'pk = :p', schema, { ':p': N(1) }),
    bad('refuses other types of the sort key', 'pk = :p AND sk = :s', schema, { ':s': N(1) }),
    bad('refuses booleans', 'pk = :p AND sk = :s', schema, { ':s': BOOL(true) }),
    bad('refuses to order booleans', 'pk = :p AND sk < :s', operand('<', 'BOOL'), { ':s': BOOL(true) }),
    bad('refuses to order booleans written first', 'pk = :p AND :s >= sk', operand('>=', 'BOOL'), { ':s': BOOL(true) }),
    bad('refuses a range of booleans', 'pk = :p AND sk BETWEEN :s AND :t', operand('BETWEEN', 'BOOL'), { ':s': BOOL(false), ':t': BOOL(true) }),
    bad('refuses a number as prefix', 'pk = :p AND begins_with(sk, :s)', operand('begins_with', 'N'), { ':s': N(1) }),
    bad('refuses a number as prefix of numbers', 'pk = :p AND begins_with(sk, :s)', operand('begins_with', 'N'), { ':s': N(1) }, { TableName: 'compN' }),
    bad('refuses a text as prefix of numbers', 'pk = :p AND begins_with(sk, :s)', schema, { ':s': S('a') }, { TableName: 'compN' }),
    bad('reports a bad operand before the table', 'pk = :p AND begins_with(sk, :s)', operand('begins_with', 'N'), { ':s': N(1) }, { TableName: 'none' }),
    invalid('reports an undefined value first', 'Query', { TableName: 'comp', KeyConditionExpression: 'pk = :gone AND begins_with(sk, :n)', ExpressionAttributeValues: { ':n': N(1) } },
      'Invalid KeyConditionExpression: An expression attribute value used in expression is not defined; attribute value: :gone'),
    invalid('reports a bad operand first', 'Query', { TableName: 'comp', KeyConditionExpression: 'begins_with(sk, :n) AND pk = :gone', ExpressionAttributeValues: { ':n': N(1) } }, operand('begins_with', 'N')),
    bad('refuses a range upside down', 'pk = :p AND sk BETWEEN :s AND :t',
      /^Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: \{S:b\}, upper bound operand: AttributeValue: \{S:a\}$/,
      { ':s': S('b'), ':t': S('a') }),
    bad('refuses an empty hash key', 'pk = :p', /empty string value/, { ':p': S('') }),
    bad('refuses key attributes in the filter', 'pk = :p', 'Filter Expression can only contain non-primary key attributes: Primary key attribute: sk', { ':s': S('a') }, { FilterExpression: 'sk = :s' }),
    bad('refuses undefined names in the filter', 'pk = :p', 'Invalid FilterExpression: An expression attribute name used in the document path is not defined; attribute name: #gone', { ':s': S('a') }, { FilterExpression: '#gone = :s' }),
    bad('refuses unused names', 'pk = :p', 'Value provided in ExpressionAttributeNames unused in expressions: keys: {#u}', {}, { ExpressionAttributeNames: { '#u': 'u' } }),
    bad('refuses unused values', 'pk = :p', 'Value provided in ExpressionAttributeValues unused in expressions: keys: {:u}', { ':u': S('u') }),
    bad('refuses a limit of 0', 'pk = :p', one("Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1"), {}, { Limit: 0 }),
    bad('knows its values of Select', 'pk = :p', one(valueAt("'X'", 'select', 'Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]')), {}, { Select: 'X' }),
    bad('refuses ALL_ATTRIBUTES with a projection', 'pk = :p', 'Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES', {}, { Select: 'ALL_ATTRIBUTES', ProjectionExpression: 'i' }),
    bad('refuses COUNT with a projection', 'pk = :p', 'Cannot specify the ProjectionExpression when choosing to get only the Count', {}, { Select: 'COUNT', ProjectionExpression: 'i' }),
    bad('needs an index for ALL_PROJECTED_ATTRIBUTES', 'pk = :p', 'ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName', {}, { Select: 'ALL_PROJECTED_ATTRIBUTES' }),
    bad('needs a projection for SPECIFIC_ATTRIBUTES', 'pk = :p', /Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES/, {}, { Select: 'SPECIFIC_ATTRIBUTES' }),
    bad('refuses a start key of another partition', 'pk = :p', 'The provided starting key is outside query boundaries based on provided conditions', {}, { ExclusiveStartKey: { pk: S('q'), sk: S('a') } }),
    bad('refuses a start key outside the range', 'pk = :p AND sk > :s', 'The provided starting key does not match the range key predicate', { ':s': S('b') }, { ExclusiveStartKey: { pk: S('p'), sk: S('a') } }),
    bad('refuses a start key that is no key', 'pk = :p', 'The provided starting key is invalid', {}, { ExclusiveStartKey: { pk: S('p') } }),
    bad('refuses a start key of other types', 'pk = :p', 'The provided starting key is invalid', {}, { ExclusiveStartKey: { pk: S('p'), sk: N(1) } }),
    invalid('refuses consistent reads of a global index', 'Query', index('gsiAll', 'a = :a', { ':a': S('A') }, { ConsistentRead: true }), 'Consistent reads are not supported on global secondary indexes'),
    invalid('refuses all attributes of a partial index', 'Query', index('gsiSome', 'a = :a', { ':a': S('A') }, { Select: 'ALL_ATTRIBUTES' }), /ALL_ATTRIBUTES is not supported for global secondary index gsiSome/),
    invalid('refuses to project what an index lacks', 'Query', index('gsiSome', 'a = :a', { ':a': S('A') }, { ProjectionExpression: 'extra' }), /does not project/),
    invalid('refuses to filter by what an index lacks', 'Query', index('gsiKeys', 'b = :b', { ':b': S('b1'), ':e': S('e') }, { FilterExpression: 'extra = :e' })),
    steps('mixes no old and new parameters', ['Query', { TableName: 'comp', KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': S('p') }, KeyConditions: { pk: { ComparisonOperator: 'EQ', AttributeValueList: [S('p')] } } },
      fails('ValidationException', 'Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {KeyConditions} Expression parameters: {KeyConditionExpression}')]),
  ],
}
