// PutItem: what is stored, what is refused, and what comes back.
import { BOOL, BS, B, L, M, N, NS, NULL, S, SS, answers, deep, fails, gives, invalid, one, oneOf, refuses, steps, valueAt } from './case.mjs'
import { all } from './tables.mjs'

const put = (Item, more = {}) => ({ TableName: 'hash', Item: { pk: S('p'), ...Item }, ...more })
const get = (pk = 'p') => ({ TableName: 'hash', Key: { pk: S(pk) }, ConsistentRead: true })
const bad = 'One or more parameter values were invalid: '
const emptyKey = (kind) => `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: pk`

// Values and the form in which they come back.
const kept = {
  text: S('ä"\\\n\u0001\u2028😀'), 'empty text': S(''), bytes: B(0, 255, 128), 'empty bytes': B(), true: BOOL(true), false: BOOL(false), null: NULL,
  'texts': SS('b', 'a'), 'numbers': NS(10, 9, -1), 'blobs': BS([1], [2, 3]), 'empty member': SS('', 'a'), 'empty blob member': BS([], [1]),
  'empty list': L(), 'empty map': M({}), nested: L(M({ x: L(N(1), NULL) }), L(L())), '31 levels': deep(31),
}

const normalised = [
  ['1.10', '1.1'], ['007', '7'], ['1e3', '1000'], ['-0', '0'], ['0.0', '0'], ['+5', '5'], ['1E-5', '0.00001'], ['-1.50e1', '-15'], ['.5', '0.5'], ['5.', '5'],
  ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
  ['0e125', '0'], ['1E125', '1' + '0'.repeat(125)], ['1E-130', '0.' + '0'.repeat(129) + '1'], ['0042.1200', '42.12'],
]

const numbers = [
  ['abc', 'The parameter cannot be converted to a numeric value: abc'],
  ['1.2.3', 'The parameter cannot be converted to a numeric value: 1.2.3'],
  ['', 'The parameter cannot be converted to a numeric value: '],
  [' 1', 'The parameter cannot be converted to a numeric value:  1'],
  ['1 ', 'The parameter cannot be converted to a numeric value: 1 '],
  ['0x10', 'The parameter cannot be converted to a numeric value: 0x10'],
  ['1e', 'The parameter cannot be converted to a numeric value: 1e'],
  ['NaN', 'The parameter cannot be converted to a numeric value: NaN'],
  ['Infinity', 'The parameter cannot be converted to a numeric value: Infinity'],
  ['1e126', 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
  ['-1e126', 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
  ['1e-131', 'Number underflow. Attempting to store a number with magnitude smaller than supported range'],
  ['1e99999999999', 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
  ['1e-99999999999', 'Number underflow. Attempting to store a number with magnitude smaller than supported range'],
  ['0e126', 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
  ['0e-131', 'Number underflow. Attempting to store a number with magnitude smaller than supported range'],
  ['1e9223372036854775808', 'The parameter cannot be converted to a numeric value: 1e9223372036854775808'],
  ['1e2147483647', 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
  ['1234567890123456789012345678901234567890', 'Attempting to store more than 38 significant digits in a Number'],
]

export default {
  name: 'PutItem',
  setup: all,
  cases: [
    ...Object.entries(kept).map(([name, v]) =>
      steps(`keeps ${name}`, ['PutItem', put({ v })], ['GetItem', get(), gives({ Item: { pk: S('p'), v } })])),
    ...normalised.map(([from, to]) =>
      steps(`stores ${from} as ${to.slice(0, 20)}`, ['PutItem', put({ v: N(from) })], ['GetItem', get(), gives({ Item: { pk: S('p'), v: N(to) } })])),
    ...numbers.map(([n, message]) => invalid(`refuses the number '${n}'`, 'PutItem', put({ v: N(n) }), one(message))),
    invalid('refuses a bad number in a set', 'PutItem', put({ v: { NS: ['1', 'x'] } }), one('The parameter cannot be converted to a numeric value: x')),
    invalid('refuses a bad number in a document', 'PutItem', put({ v: M({ x: L(N('x')) }) }), one('The parameter cannot be converted to a numeric value: x')),
    invalid('refuses a bad number in a condition', 'PutItem', put({}, { ConditionExpression: 'v = :v', ExpressionAttributeValues: { ':v': N('x') } }),
      one('The parameter cannot be converted to a numeric value: x')),

    answers('answers with nothing', 'PutItem', put({}), { Attributes: undefined, ConsumedCapacity: undefined, ItemCollectionMetrics: undefined }),
    steps('replaces the whole item', ['PutItem', put({ a: S('1'), b: S('2') })], ['PutItem', put({ c: S('3') })], ['GetItem', get(), gives({ Item: { pk: S('p'), c: S('3') } })]),
    steps('ALL_OLD gives what was there', ['PutItem', put({ a: S('1') })], ['PutItem', put({}, { ReturnValues: 'ALL_OLD' }), gives({ Attributes: { pk: S('p'), a: S('1') } })]),
    answers('ALL_OLD gives nothing of a new item', 'PutItem', { TableName: 'hash', Item: { pk: S('new') }, ReturnValues: 'ALL_OLD' }, { Attributes: undefined }),
    answers('NONE gives nothing', 'PutItem', put({}, { ReturnValues: 'NONE' }), { Attributes: undefined }),
    answers('takes number keys', 'PutItem', { TableName: 'hashN', Item: { pk: N('1.0') } }),
    answers('finds number keys by value', 'GetItem', { TableName: 'hashN', Key: { pk: N('1.00') } }, { Item: { pk: N(1) } }),
    answers('takes binary keys', 'PutItem', { TableName: 'hashB', Item: { pk: B(1, 2) } }),
    answers('finds binary keys', 'GetItem', { TableName: 'hashB', Key: { pk: B(1, 2) } }, { Item: { pk: B(1, 2) } }),

    refuses('needs a table that exists', 'PutItem', { TableName: 'none', Item: { pk: S('p') } }, 'ResourceNotFoundException', 'Requested resource not found'),
    invalid('needs a table name', 'PutItem', { Item: { pk: S('p') } }, one(valueAt('null', 'tableName', 'Member must not be null'))),
    invalid('needs a table name that is not empty', 'PutItem', { TableName: '', Item: { pk: S('p') } },
      one("Value at 'TableName' failed to satisfy constraint: Member must have length greater than or equal to 1")),
    invalid('needs a table name of 255 bytes at most', 'PutItem', { TableName: 'a'.repeat(256), Item: { pk: S('p') } },
      one(valueAt(`'${'a'.repeat(256)}'`, 'tableName', 'Member must have length less than or equal to 255'))),
    invalid('needs a table name of the pattern', 'PutItem', { TableName: 'bad table!@#', Item: { pk: S('p') } },
      one(valueAt("'bad table!@#'", 'tableName', 'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+'))),
    invalid('needs an item', 'PutItem', { TableName: 'hash' }, one(valueAt('null', 'item', 'Member must not be null'))),
    invalid('needs the hash key', 'PutItem', { TableName: 'hash', Item: { x: S('p') } }, `${bad}Missing the key pk in the item`),
    invalid('needs the sort key', 'PutItem', { TableName: 'comp', Item: { pk: S('p') } }, `${bad}Missing the key sk in the item`),
    invalid('needs keys of the type', 'PutItem', { TableName: 'hash', Item: { pk: N(1) } }, `${bad}Type mismatch for key pk expected: S actual: N`),
    invalid('needs scalar keys', 'PutItem', { TableName: 'hash', Item: { pk: L(S('x')) } }, `${bad}Type mismatch for key pk expected: S actual: L`),
    invalid('needs keys of the type before a schema of two', 'PutItem', { TableName: 'comp', Item: { pk: S('p'), sk: N(1) } }, `${bad}Type mismatch for key sk expected: S actual: N`),
    invalid('refuses an empty text as key', 'PutItem', { TableName: 'hash', Item: { pk: S('') } }, emptyKey('string')),
    invalid('refuses empty bytes as key', 'PutItem', { TableName: 'hashB', Item: { pk: B() } }, emptyKey('binary')),
    answers('takes a hash key of 2048 bytes', 'PutItem', { TableName: 'hash', Item: { pk: S('a'.repeat(2048)) } }),
    invalid('refuses a hash key of 2049 bytes', 'PutItem', { TableName: 'hash', Item: { pk: S('a'.repeat(2049)) } },
      `${bad}Size of hashkey has exceeded the maximum size limit of2048 bytes`),
    answers('takes a sort key of 1024 bytes', 'PutItem', { TableName: 'comp', Item: { pk: S('p'), sk: S('a'.repeat(1024)) } }),
    invalid('refuses a sort key of 1025 bytes', 'PutItem', { TableName: 'comp', Item: { pk: S('p'), sk: S('a'.repeat(1025)) } },
      `${bad}Aggregated size of all range keys has exceeded the size limit of 1024 bytes`),
    answers('takes 400 KB', 'PutItem', put({ v: S('x'.repeat(409600 - 4)) })),
    invalid('refuses a byte more', 'PutItem', put({ v: S('x'.repeat(409600 - 3)) }), 'Item size has exceeded the maximum allowed size'),
    ...[['42', 2], ['-42', 3], ['123456', 4], ['3.14159', 5], ['1E125', 2], ['0', 1]].map(([n, size]) =>
      steps(`a number ${n} takes ${size} bytes`,
        ['PutItem', put({ n: N(n), v: S('x'.repeat(409600 - 5 - size)) })],
        ['PutItem', put({ n: N(n), v: S('x'.repeat(409600 - 4 - size)) }), fails('ValidationException', 'Item size has exceeded the maximum allowed size')])),
    invalid('refuses 32 levels', 'PutItem', put({ v: deep(32) }),
      one('Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit')),

    invalid('refuses an empty name', 'PutItem', put({ '': S('x') }), one('Empty attribute name')),
    invalid('refuses an empty name in a map', 'PutItem', put({ m: M({ '': S('x') }) }), one('Empty attribute name')),
    invalid('refuses an empty name in a list', 'PutItem', put({ l: L(M({ '': S('x') })) }), one('Empty attribute name')),
    invalid('reports depth before an empty name inside', 'PutItem', put({ a: M({ '': S('x') }), d: deep(40) }),
      one('Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit')),
    invalid('reports an empty name before depth', 'PutItem', put({ '': S('x'), d: deep(100) }), one('Empty attribute name')),
    invalid('refuses an empty set of texts', 'PutItem', put({ v: { SS: [] } }), one(`${bad}An string set  may not be empty`)),
    invalid('refuses an empty set of numbers', 'PutItem', put({ v: { NS: [] } }), one(`${bad}An number set  may not be empty`)),
    invalid('refuses an empty set of blobs', 'PutItem', put({ v: { BS: [] } }), one(`${bad}Binary sets should not be empty`)),
    invalid('refuses a text twice in a set', 'PutItem', put({ v: SS('b', 'a', 'b') }), one(`${bad}Input collection ["a", "b", "b"] contains duplicates.`)),
    invalid('refuses a number twice in a set', 'PutItem', put({ v: NS(2, 1, 2) }), one(`${bad}Input collection contains duplicates.`)),
    invalid('refuses a number twice in a set, written two ways', 'PutItem', put({ v: NS('1', '1.0') }), one(`${bad}Input collection contains duplicates.`)),
    invalid('refuses a blob twice in a set', 'PutItem', put({ v: BS([255], [0], [0]) }), one(`${bad}Input collection ["AA==","/w==","AA=="]of type BS contains duplicates.`)),
    invalid('refuses NULL false', 'PutItem', put({ v: { NULL: false } }), one(`${bad}Null attribute value types must have the value of true`)),

    invalid('knows its values of ReturnValues', 'PutItem', put({}, { ReturnValues: 'INVALID' }), /returnValues|enum value set/),
    invalid('has no ALL_NEW', 'PutItem', put({}, { ReturnValues: 'ALL_NEW' }), one('ReturnValues can only be ALL_OLD or NONE')),
    invalid('has no UPDATED_OLD', 'PutItem', put({}, { ReturnValues: 'UPDATED_OLD' }), one('ReturnValues can only be ALL_OLD or NONE')),
    invalid('reports wrong members together', 'PutItem', put({}, { ReturnConsumedCapacity: 'X', ReturnItemCollectionMetrics: 'Y', ReturnValues: 'Z' }), (
      /^3 validation errors detected: .*returnConsumedCapacity.*returnItemCollectionMetrics|^3 validation errors detected: .*returnItemCollectionMetrics/i)),
    invalid('stops at the table name', 'PutItem', { TableName: '', Item: {}, ReturnValues: 'X' }, /^1 validation error detected: .*tableName/i),
    invalid('stops at the pattern of the table name', 'PutItem', { TableName: 'x!', Item: {} }, /tableName/),

    refuses('a condition fails', 'PutItem', put({}, { ConditionExpression: 'attribute_not_exists(pk)' }), 'ConditionalCheckFailedException', 'The conditional request failed'),
    answers('a condition holds', 'PutItem', put({ v: N(1) }, { ConditionExpression: 'attribute_exists(pk)' })),
    {
      name: 'ALL_OLD on failure gives the item',
      steps: [['PutItem', put({}, { ConditionExpression: 'v > :v', ExpressionAttributeValues: { ':v': N(5) }, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
        { code: 'ConditionalCheckFailedException', message: 'The conditional request failed', error: { Item: { pk: S('p'), v: N(1) } } }]],
    },
    {
      name: 'without ALL_OLD on failure there is no item',
      steps: [['PutItem', put({}, { ConditionExpression: 'v > :v', ExpressionAttributeValues: { ':v': N(5) } }),
        { code: 'ConditionalCheckFailedException', error: { Item: undefined } }]],
    },
    invalid('refuses an empty condition', 'PutItem', put({}, { ConditionExpression: '' }), one('Invalid ConditionExpression: The expression can not be empty;')),
    invalid('refuses redundant parentheses', 'PutItem', put({}, { ConditionExpression: '((attribute_not_exists(pk)))' }),
      one('Invalid ConditionExpression: The expression has redundant parentheses;')),
    answers('takes single parentheses', 'PutItem', put({}, { ConditionExpression: '(attribute_exists(pk)) AND (NOT (v = :v))', ExpressionAttributeValues: { ':v': N(9) } })),
    invalid('refuses contains of a thing in itself', 'PutItem', put({}, { ConditionExpression: 'contains(#a, #a)', ExpressionAttributeNames: { '#a': 'data' } }),
      one('Invalid ConditionExpression: The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [data]')),
    invalid('refuses values without expressions', 'PutItem', put({}, { ExpressionAttributeValues: { ':v': S('x') } }), one('ExpressionAttributeValues can only be specified when using expressions')),
    invalid('refuses names without expressions', 'PutItem', put({}, { ExpressionAttributeNames: { '#a': 'a' } }), one('ExpressionAttributeNames can only be specified when using expressions')),
    invalid('refuses expressions beside Expected', 'PutItem', put({}, { Expected: { pk: { Exists: false } }, ConditionExpression: 'attribute_not_exists(pk)' }), oneOf(
      /^(1 validation error detected: )?Can not use both expression and non-expression parameters in the same request: Non-expression parameters: \{Expected\} Expression parameters: \{ConditionExpression\}$/)),

    answers('reports the capacity', 'PutItem', put({}, { ReturnConsumedCapacity: 'TOTAL' }), { ConsumedCapacity: { TableName: 'hash', CapacityUnits: 1 } }),
    answers('reports the capacity by index', 'PutItem', put({}, { ReturnConsumedCapacity: 'INDEXES' }), { ConsumedCapacity: { TableName: 'hash', CapacityUnits: 1, Table: { CapacityUnits: 1 } } }),
    answers('rounds capacity up', 'PutItem', put({ v: S('x'.repeat(1024)) }, { ReturnConsumedCapacity: 'TOTAL' }), { ConsumedCapacity: { TableName: 'hash', CapacityUnits: 2 } }),
    answers('reports nothing when asked for nothing', 'PutItem', put({}, { ReturnConsumedCapacity: 'NONE' }), { ConsumedCapacity: undefined }),
    answers('counts every index it writes', 'PutItem',
      { TableName: 'indexed', Item: { pk: S('p'), sk: S('s'), a: S('1'), b: S('2'), n: N(3) }, ReturnConsumedCapacity: 'INDEXES', ReturnItemCollectionMetrics: 'SIZE' }, {
        ConsumedCapacity: {
          TableName: 'indexed', CapacityUnits: 7, Table: { CapacityUnits: 1 },
          LocalSecondaryIndexes: { lsiAll: { CapacityUnits: 1 }, lsiKeys: { CapacityUnits: 1 } },
          GlobalSecondaryIndexes: { gsiAll: { CapacityUnits: 1 }, gsiSome: { CapacityUnits: 1 }, gsiKeys: { CapacityUnits: 1 }, gsiMulti: { CapacityUnits: 1 } },
        },
        ItemCollectionMetrics: { ItemCollectionKey: { pk: S('p') }, SizeEstimateRangeGB: [0, 1] },
      }),
    answers('counts no index that the item is not in', 'PutItem', { TableName: 'indexed', Item: { pk: S('q'), sk: S('s') }, ReturnConsumedCapacity: 'INDEXES' },
      { ConsumedCapacity: { TableName: 'indexed', CapacityUnits: 1, Table: { CapacityUnits: 1 } } }),
    answers('has no collection without a local index', 'PutItem', put({}, { ReturnItemCollectionMetrics: 'SIZE' }), { ItemCollectionMetrics: undefined }),
    invalid('checks the types of index keys', 'PutItem', { TableName: 'indexed', Item: { pk: S('p'), sk: S('s'), a: N(1) } },
      /^One or more parameter values were invalid: Type mismatch for Index Key a Expected: S Actual: N IndexName: gsiAll$/),
    invalid('checks that index keys are not empty', 'PutItem', { TableName: 'indexed', Item: { pk: S('p'), sk: S('s'), a: S('') } },
      'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
      'The AttributeValue for a key attribute cannot contain an empty string value. IndexName: gsiAll, IndexKey: a'),
  ],
}
