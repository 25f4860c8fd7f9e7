// UpdateItem: every clause and function, every ReturnValues, and what is refused.
import { BOOL, L, M, N, NS, S, SS, answers, fails, gives, invalid, one, oneOf, refuses, steps, valueAt } from './case.mjs'
import { all } from './tables.mjs'

let n = 0
const bad = 'One or more parameter values were invalid: '

// changes puts the item before, updates it, and expects the item after.
function changes(name, before, UpdateExpression, values, after, names) {
  const pk = S(`c${n++}`)
  const update = {
    TableName: 'hash', Key: { pk }, UpdateExpression, ReturnValues: 'ALL_NEW',
    ...(values ? { ExpressionAttributeValues: values } : {}), ...(names ? { ExpressionAttributeNames: names } : {}),
  }
  const seed = before ? [['PutItem', { TableName: 'hash', Item: { pk, ...before } }]] : []
  return steps(name, ...seed, ['UpdateItem', update, gives({ Attributes: { pk, ...after } })],
    ['GetItem', { TableName: 'hash', Key: { pk }, ConsistentRead: true }, gives({ Item: { pk, ...after } })])
}

// cannot is an update of the item before that is refused for what it would do.
function cannot(name, before, UpdateExpression, values, message) {
  const pk = S(`c${n++}`)
  return steps(name, ['PutItem', { TableName: 'hash', Item: { pk, ...before } }],
    ['UpdateItem', { TableName: 'hash', Key: { pk }, UpdateExpression, ...(values ? { ExpressionAttributeValues: values } : {}) }, fails('ValidationException', message)],
    ['GetItem', { TableName: 'hash', Key: { pk }, ConsistentRead: true }, gives({ Item: { pk, ...before } })])
}

// refusesText is an update refused for its expression alone.
const refusesText = (name, UpdateExpression, message, more = {}) =>
  invalid(name, 'UpdateItem', { TableName: 'hash', Key: { pk: S('p') }, UpdateExpression, ...more }, one(`Invalid UpdateExpression: ${message}`))

const values = (v) => ({ ExpressionAttributeValues: v })
const pathInvalid = 'The document path provided in the update expression is invalid for update'
const noAttribute = 'The provided expression refers to an attribute that does not exist in the item'
const old = { s: S('x'), n: N(5), l: L(N(1), N(2), N(3)), m: M({ a: N(1), b: M({ c: N(2) }) }), ss: SS('a', 'b'), ns: NS(1, 2) }
const returns = (mode, want) => {
  const pk = S(`r${n++}`)
  return steps(`ReturnValues ${mode}`, ['PutItem', { TableName: 'hash', Item: { pk, ...old } }],
    ['UpdateItem', {
      TableName: 'hash', Key: { pk }, UpdateExpression: 'SET n = n + :one, m.b.c = :x, new1 = :x REMOVE s, l[1]', ReturnValues: mode,
      ...values({ ':one': N(1), ':x': S('y') }),
    }, gives({ Attributes: want && Object.fromEntries(Object.entries(want).map(([k, v]) => [k, v === 'pk' ? pk : v])) })])
}

export default {
  name: 'UpdateItem',
  setup: all,
  cases: [
    changes('SET makes an item', undefined, 'SET a = :a', { ':a': S('x') }, { a: S('x') }),
    changes('SET several', { a: N(1) }, 'SET a = :a, b = :b', { ':a': N(2), ':b': L() }, { a: N(2), b: L() }),
    changes('SET adds', { a: N('0.1') }, 'SET a = a + :v', { ':v': N('0.2') }, { a: N('0.3') }),
    changes('SET subtracts', { a: N(1) }, 'SET a = :v - a', { ':v': N('1e2') }, { a: N(99) }),
    changes('SET with 38 digits', { a: N('12345678901234567890123456789012345677') }, 'SET a = a + :v', { ':v': N(1) }, { a: N('12345678901234567890123456789012345678') }),
    changes('SET copies, all from before', { a: S('x'), b: S('y') }, 'SET a = b, b = a', undefined, { a: S('y'), b: S('x') }),
    changes('SET in a map', { m: M({ a: N(1) }) }, 'SET m.b = :v', { ':v': N(2) }, { m: M({ a: N(1), b: N(2) }) }),
    changes('SET deep in maps', { a: M({ b: M({ c: S('old') }) }) }, 'SET #a.#b.#c = :v', { ':v': S('new') }, { a: M({ b: M({ c: S('new') }) }) }, { '#a': 'a', '#b': 'b', '#c': 'c' }),
    changes('SET an element', { l: L(N(1), N(2)) }, 'SET l[0] = :v', { ':v': N(9) }, { l: L(N(9), N(2)) }),
    changes('SET past the end appends', { l: L(S('a'), S('b'), S('c')) }, 'SET l[5] = :v', { ':v': S('d') }, { l: L(S('a'), S('b'), S('c'), S('d')) }),
    changes('SET on an empty list appends', { l: L() }, 'SET l[0] = :v', { ':v': S('a') }, { l: L(S('a')) }),
    changes('SET past the end twice appends in order', { l: L(N(0)) }, 'SET l[9] = :a, l[5] = :b', { ':a': N(9), ':b': N(5) }, { l: L(N(0), N(5), N(9)) }),
    changes('SET arithmetic on a path', { m: M({ c: N(10) }) }, 'SET m.c = m.c + :v', { ':v': N(5) }, { m: M({ c: N(15) }) }),
    changes('if_not_exists takes what is there', { a: N(1) }, 'SET a = if_not_exists(a, :v)', { ':v': N(9) }, { a: N(1) }),
    changes('if_not_exists takes the other', undefined, 'SET a = if_not_exists(a, :v) + :one', { ':v': N(9), ':one': N(1) }, { a: N(10) }),
    changes('if_not_exists of another path', { b: S('b') }, 'SET a = if_not_exists(a, b)', undefined, { a: S('b'), b: S('b') }),
    changes('list_append at the end', { l: L(N(1)) }, 'SET l = list_append(l, :v)', { ':v': L(N(2)) }, { l: L(N(1), N(2)) }),
    changes('list_append at the front', { l: L(N(1)) }, 'SET l = list_append(:v, l)', { ':v': L(N(0)) }, { l: L(N(0), N(1)) }),
    changes('list_append to what may not be there', undefined, 'SET l = list_append(if_not_exists(l, :e), :v)', { ':e': L(), ':v': L(N(2)) }, { l: L(N(2)) }),
    changes('REMOVE an attribute', { a: N(1), b: N(2) }, 'REMOVE a', undefined, { b: N(2) }),
    changes('REMOVE what is not there', { b: N(2) }, 'REMOVE a', undefined, { b: N(2) }),
    changes('REMOVE in a map', { m: M({ a: N(1), b: N(2) }) }, 'REMOVE m.a', undefined, { m: M({ b: N(2) }) }),
    changes('REMOVE an element shifts', { l: L(S('a'), S('b'), S('c'), S('d')) }, 'REMOVE l[1]', undefined, { l: L(S('a'), S('c'), S('d')) }),
    changes('REMOVE elements counts from before', { l: L(N(0), N(1), N(2), N(3)) }, 'REMOVE l[0], l[2]', undefined, { l: L(N(1), N(3)) }),
    changes('REMOVE past the end', { l: L(N(0)) }, 'REMOVE l[5]', undefined, { l: L(N(0)) }),
    changes('ADD to a number', { a: N(1) }, 'ADD a :v', { ':v': N('-2.5') }, { a: N('-1.5') }),
    changes('ADD makes a number', undefined, 'ADD a :v', { ':v': N(7) }, { a: N(7) }),
    changes('ADD to a set', { a: SS('x') }, 'ADD a :v', { ':v': SS('x', 'y') }, { a: SS('x', 'y') }),
    changes('ADD makes a set', { b: N(1) }, 'ADD a :v', { ':v': NS(1, 2) }, { a: NS(1, 2), b: N(1) }),
    changes('ADD in a map', { m: M({ a: N(1) }) }, 'ADD m.a :v', { ':v': N(1) }, { m: M({ a: N(2) }) }),
    changes('DELETE from a set', { a: SS('x', 'y') }, 'DELETE a :v', { ':v': SS('y', 'z') }, { a: SS('x') }),
    changes('DELETE the last elements removes', { a: SS('x'), b: N(1) }, 'DELETE a :v', { ':v': SS('x') }, { b: N(1) }),
    changes('DELETE from what is not there', { b: N(1) }, 'DELETE a :v', { ':v': SS('x') }, { b: N(1) }),
    changes('all clauses, any order and case', { a: N(1), b: N(2), c: N(3), d: SS('x', 'y') }, 'remove b set a = :n delete d :s add c :n', { ':n': N(5), ':s': SS('x') }, { a: N(5), c: N(8), d: SS('y') }),
    steps('no expression makes an item', ['UpdateItem', { TableName: 'hash', Key: { pk: S('bare') } }], ['GetItem', { TableName: 'hash', Key: { pk: S('bare') } }, gives({ Item: { pk: S('bare') } })]),

    returns('NONE', undefined),
    returns('ALL_OLD', { pk: 'pk', ...old }),
    returns('ALL_NEW', { pk: 'pk', n: N(6), l: L(N(1), N(3)), m: M({ a: N(1), b: M({ c: S('y') }) }), ss: old.ss, ns: old.ns, new1: S('y') }),
    returns('UPDATED_OLD', { s: S('x'), n: N(5), l: L(N(2)), m: M({ b: M({ c: N(2) }) }) }),
    returns('UPDATED_NEW', { n: N(6), l: L(N(3)), m: M({ b: M({ c: S('y') }) }), new1: S('y') }),
    answers('ALL_OLD of a new item is nothing', 'UpdateItem', { TableName: 'hash', Key: { pk: S('fresh') }, UpdateExpression: 'SET a = :a', ReturnValues: 'ALL_OLD', ...values({ ':a': N(1) }) }, { Attributes: undefined }),
    answers('UPDATED_NEW has every path', 'UpdateItem', {
      TableName: 'hash', Key: { pk: S('paths') }, UpdateExpression: 'SET a = :m, b = :x', ReturnValues: 'UPDATED_NEW', ...values({ ':m': M({ e: S('e') }), ':x': S('x') }),
    }, { Attributes: { a: M({ e: S('e') }), b: S('x') } }),

    cannot('SET under a missing map', { a: S('x') }, 'SET absent.b = :v', { ':v': N(1) }, pathInvalid),
    cannot('SET under a text', { a: S('x') }, 'SET a.b = :v', { ':v': N(1) }, pathInvalid),
    cannot('SET an element of a map', { a: M({}) }, 'SET a[0] = :v', { ':v': N(1) }, pathInvalid),
    cannot('REMOVE under a missing map', { a: S('x') }, 'REMOVE absent.b', undefined, pathInvalid),
    cannot('ADD under a missing map', { a: S('x') }, 'ADD absent.b :v', { ':v': N(1) }, pathInvalid),
    cannot('SET from what is not there', { a: S('x') }, 'SET a = b', undefined, noAttribute),
    cannot('SET adds to what is not there', { a: S('x') }, 'SET b = b + :v', { ':v': N(1) }, noAttribute),
    cannot('SET adds to a text', { a: S('x') }, 'SET a = a + :v', { ':v': N(1) }, 'An operand in the update expression has an incorrect data type'),
    cannot('list_append to a text', { a: S('x') }, 'SET a = list_append(a, :v)', { ':v': L() }, 'An operand in the update expression has an incorrect data type'),
    cannot('ADD a number to a text', { a: S('x') }, 'ADD a :v', { ':v': N(1) }, 'An operand in the update expression has an incorrect data type'),
    cannot('ADD a set of another type', { a: SS('x') }, 'ADD a :v', { ':v': NS(1) }, 'An operand in the update expression has an incorrect data type'),
    cannot('DELETE a set of another type', { a: SS('x') }, 'DELETE a :v', { ':v': NS(1) }, 'An operand in the update expression has an incorrect data type'),
    cannot('SET beyond 38 digits', { a: N('99999999999999999999999999999999999999') }, 'SET a = a + :v', { ':v': N('0.1') }, /significant digits|Number overflow/),
    cannot('ADD beyond the range', { a: N('9' + '0'.repeat(125)) }, 'ADD a :v', { ':v': N('9e125') }, /Number overflow/),
    cannot('grow beyond 400 KB', { a: S('x'.repeat(300000)) }, 'SET b = :v', { ':v': S('y'.repeat(110000)) }, 'Item size to update has exceeded the maximum allowed size'),

    refusesText('refuses an empty expression', '', 'The expression can not be empty;'),
    refusesText('refuses what is no clause', 'INVALID SYNTAX HERE', 'Syntax error; token: "INVALID", near: "INVALID SYNTAX"', values({ ':v': S('x') })),
    refusesText('refuses a clause twice', 'SET a = :v SET b = :v', 'The "SET" section can only be used once in an update expression;', values({ ':v': S('x') })),
    refusesText('refuses a path twice', 'SET a = :v, a = :w', 'Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]', values({ ':v': S('x'), ':w': S('y') })),
    refusesText('refuses a path in a path', 'SET a.b = :v REMOVE a', 'Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]', values({ ':v': S('x') })),
    refusesText('refuses an element beside a member', 'SET a.b = :v, a[0] = :v', 'Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [0]]', values({ ':v': S('x') })),
    refusesText('refuses undefined values', 'SET a = :v', 'An expression attribute value used in expression is not defined; attribute value: :v'),
    refusesText('refuses undefined names', 'SET #a = :v', 'An expression attribute name used in the document path is not defined; attribute name: #a', values({ ':v': S('x') })),
    refusesText('refuses reserved words', 'SET name = :v', 'Attribute name is a reserved keyword; reserved keyword: name', values({ ':v': S('x') })),
    refusesText('refuses functions it does not know', 'SET a = nofn(a, :v)', 'Invalid function name; function: nofn', values({ ':v': S('x') })),
    refusesText('refuses functions of conditions', 'SET a = size(a)', 'The function is not allowed in an update expression; function: size'),
    refusesText('refuses a function of too few', 'SET a = if_not_exists(a)', 'Incorrect number of operands for operator or function; operator or function: if_not_exists, number of operands: 1'),
    refusesText('refuses a function of too many', 'SET a = list_append(a, :v, :v)', 'Incorrect number of operands for operator or function; operator or function: list_append, number of operands: 3', values({ ':v': L() })),
    refusesText('refuses a value as the path', 'SET a = if_not_exists(:v, a)', 'Operator or function requires a document path; operator or function: if_not_exists', values({ ':v': L() })),
    refusesText('refuses to ADD a text', 'ADD a :v', 'Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND', values({ ':v': S('x') })),
    refusesText('refuses to DELETE a number', 'DELETE a :v', 'Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND', values({ ':v': N(1) })),
    refusesText('refuses to add a text', 'SET a = b + :v', 'Incorrect operand type for operator or function; operator or function: +, operand type: S', values({ ':v': S('x') })),
    refusesText('refuses to append a text', 'SET a = list_append(a, :v)', 'Incorrect operand type for operator or function; operator or function: list_append, operand type: S', values({ ':v': S('x') })),
    invalid('refuses 4097 bytes', 'UpdateItem', { TableName: 'hash', Key: { pk: S('p') }, UpdateExpression: `SET ${'a'.repeat(4088)} = :v`, ...values({ ':v': S('x') }) },
      /Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;/),
    invalid('refuses unused names', 'UpdateItem', { TableName: 'hash', Key: { pk: S('p') }, UpdateExpression: 'SET a = :v', ...values({ ':v': S('x') }), ExpressionAttributeNames: { '#u': 'u' } },
      one('Value provided in ExpressionAttributeNames unused in expressions: keys: {#u}')),
    invalid('refuses unused values', 'UpdateItem', { TableName: 'hash', Key: { pk: S('p') }, UpdateExpression: 'SET a = :v', ...values({ ':v': S('x'), ':u': S('y') }) },
      one('Value provided in ExpressionAttributeValues unused in expressions: keys: {:u}')),
    invalid('refuses undefined values of the condition', 'UpdateItem', { TableName: 'hash', Key: { pk: S('p') }, UpdateExpression: 'SET b = :w', ConditionExpression: 'a = :v', ...values({ ':w': S('x') }) },
      one('Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :v')),
    invalid('refuses values without :', 'UpdateItem', { TableName: 'hash', Key: { pk: S('p') }, UpdateExpression: 'SET a = :v', ...values({ v: S('x') }) },
      one('ExpressionAttributeValues contains invalid key: Syntax error; key: "v"')),
    invalid('refuses names without #', 'UpdateItem', { TableName: 'hash', Key: { pk: S('p') }, UpdateExpression: 'SET #s = :v', ...values({ ':v': S('x') }), ExpressionAttributeNames: { s: 'status' } },
      one('ExpressionAttributeNames contains invalid key: Syntax error; key: "s"')),
    invalid('refuses no values', 'UpdateItem', { TableName: 'hash', Key: { pk: S('p') }, UpdateExpression: 'REMOVE a', ...values({}) }, one('ExpressionAttributeValues must not be empty')),
    invalid('refuses names without expressions', 'UpdateItem', { TableName: 'hash', Key: { pk: S('p') }, ExpressionAttributeNames: { '#s': 'status' } }, one('ExpressionAttributeNames can only be specified when using expressions')),
    invalid('refuses AttributeUpdates beside an expression', 'UpdateItem', { TableName: 'hash', Key: { pk: S('p') }, UpdateExpression: 'SET a = :v', ...values({ ':v': S('x') }), AttributeUpdates: { a: { Value: S('v'), Action: 'PUT' } } },
      oneOf(/Can not use both expression and non-expression parameters in the same request: Non-expression parameters: \{AttributeUpdates\} Expression parameters: \{UpdateExpression\}$/)),

    invalid('keeps the hash key', 'UpdateItem', { TableName: 'hash', Key: { pk: S('p') }, UpdateExpression: 'SET pk = :v', ...values({ ':v': S('x') }) }, `${bad}Cannot update attribute pk. This attribute is part of the key`),
    invalid('keeps the sort key', 'UpdateItem', { TableName: 'comp', Key: { pk: S('p'), sk: S('s') }, UpdateExpression: 'REMOVE sk' }, `${bad}Cannot update attribute sk. This attribute is part of the key`),
    refuses('needs a table that exists', 'UpdateItem', { TableName: 'none', Key: { pk: S('p') }, UpdateExpression: 'REMOVE a' }, 'ResourceNotFoundException', 'Requested resource not found'),
    invalid('needs the whole key', 'UpdateItem', { TableName: 'comp', Key: { pk: S('p') }, UpdateExpression: 'REMOVE a' }, 'The provided key element does not match the schema'),
    invalid('needs a key that is not empty', 'UpdateItem', { TableName: 'hashB', Key: { pk: { B: new Uint8Array() } }, UpdateExpression: 'REMOVE a' },
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty binary value. Key: pk'),
    invalid('stops at the table name', 'UpdateItem', { TableName: '', Key: {} }, /^1 validation error detected: .*tableName/i),
    invalid('stops at ReturnValues', 'UpdateItem', { TableName: 'hash', Key: { pk: S('p') }, ReturnValues: 'X', ReturnConsumedCapacity: 'Y' }, /^1 validation error detected: .*enum value set/),
    invalid('joins a missing key with the rest', 'UpdateItem', { TableName: '', UpdateExpression: 'SET a = :a', ...values({ ':a': S('x') }) },
      `2 validation errors detected: ${valueAt("''", 'tableName', 'Member must have length greater than or equal to 1')}; ${valueAt('null', 'key', 'Member must not be null')}`),

    refuses('a condition on a new item fails', 'UpdateItem', { TableName: 'hash', Key: { pk: S('nothere') }, UpdateExpression: 'SET a = :a', ConditionExpression: 'attribute_exists(pk)', ...values({ ':a': N(1) }) },
      'ConditionalCheckFailedException', 'The conditional request failed'),
    answers('and writes nothing', 'GetItem', { TableName: 'hash', Key: { pk: S('nothere') } }, { Item: undefined }),
    steps('a condition sees the item before', ['PutItem', { TableName: 'hash', Item: { pk: S('v'), v: N(1) } }],
      ['UpdateItem', { TableName: 'hash', Key: { pk: S('v') }, UpdateExpression: 'SET v = v + :one', ConditionExpression: 'v = :one', ...values({ ':one': N(1) }) }],
      ['UpdateItem', { TableName: 'hash', Key: { pk: S('v') }, UpdateExpression: 'SET v = v + :one', ConditionExpression: 'v = :one', ...values({ ':one': N(1) }), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
        { code: 'ConditionalCheckFailedException', error: { Item: { pk: S('v'), v: N(2) } } }]),
    invalid('checks the types of index keys', 'UpdateItem', { TableName: 'indexed', Key: { pk: S('p'), sk: S('s') }, UpdateExpression: 'SET a = :a', ...values({ ':a': N(1) }) },
      /Type mismatch for Index Key a Expected: S Actual: N IndexName: gsiAll/),
    invalid('checks that index keys are not empty', 'UpdateItem', { TableName: 'indexed', Key: { pk: S('p'), sk: S('s') }, UpdateExpression: 'SET a = :a', ...values({ ':a': S('') }) },
      'One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. ' +
      'The AttributeValue for a key attribute cannot contain an empty string value.'),
    answers('costs by the larger item', 'UpdateItem', { TableName: 'hash', Key: { pk: S('cost') }, UpdateExpression: 'SET a = :a', ...values({ ':a': S('x'.repeat(2000)) }), ReturnConsumedCapacity: 'TOTAL' },
      { ConsumedCapacity: { TableName: 'hash', CapacityUnits: 2 } }),
    answers('costs by the larger item, also when it shrinks', 'UpdateItem', { TableName: 'hash', Key: { pk: S('cost') }, UpdateExpression: 'REMOVE a', ReturnConsumedCapacity: 'TOTAL' },
      { ConsumedCapacity: { TableName: 'hash', CapacityUnits: 2 } }),
    answers('BOOL survives', 'UpdateItem', { TableName: 'hash', Key: { pk: S('bool') }, UpdateExpression: 'SET a = :a', ...values({ ':a': BOOL(false) }), ReturnValues: 'UPDATED_NEW' }, { Attributes: { a: BOOL(false) } }),
  ],
}
