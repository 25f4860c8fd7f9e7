// GetItem and its projections.
import { L, M, N, S, answers, invalid, one, oneOf, refuses, valueAt } from './case.mjs'
import { all } from './tables.mjs'

const item = { pk: S('p'), a: M({ b: S('bb'), c: L(N(1), M({ d: N(2) })) }), l: L(S('l0'), S('l1'), S('l2')), 'x.y': S('dotted'), val: N(5) }
const get = (more = {}) => ({ TableName: 'hash', Key: { pk: S('p') }, ...more })
const project = (name, ProjectionExpression, Item, names) =>
  answers(name, 'GetItem', get({ ProjectionExpression, ...(names ? { ExpressionAttributeNames: names } : {}) }), { Item })
const refusesProjection = (name, ProjectionExpression, message, names) =>
  invalid(name, 'GetItem', get({ ProjectionExpression, ...(names ? { ExpressionAttributeNames: names } : {}) }), message)
const overlap = (one, two) => 'Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; ' +
  `path one: [${one}], path two: [${two}]`
const mismatch = 'The provided key element does not match the schema'

export default {
  name: 'GetItem',
  setup: [...all, ['PutItem', { TableName: 'hash', Item: item }], ['PutItem', { TableName: 'hash', Item: { pk: S('big'), v: S('x'.repeat(8192)) } }]],
  cases: [
    answers('finds an item', 'GetItem', get(), { Item: item, ConsumedCapacity: undefined }),
    answers('finds none', 'GetItem', { TableName: 'hash', Key: { pk: S('none') } }, { Item: undefined }),
    answers('reads consistently', 'GetItem', get({ ConsistentRead: true, ReturnConsumedCapacity: 'TOTAL' }), { Item: item, ConsumedCapacity: { TableName: 'hash', CapacityUnits: 1 } }),
    answers('costs half when it does not', 'GetItem', get({ ReturnConsumedCapacity: 'TOTAL' }), { ConsumedCapacity: { TableName: 'hash', CapacityUnits: 0.5 } }),
    answers('costs by 4 KB', 'GetItem', { TableName: 'hash', Key: { pk: S('big') }, ConsistentRead: true, ReturnConsumedCapacity: 'INDEXES' },
      { ConsumedCapacity: { TableName: 'hash', CapacityUnits: 3, Table: { CapacityUnits: 3 } } }),
    answers('costs something for nothing', 'GetItem', { TableName: 'hash', Key: { pk: S('none') }, ReturnConsumedCapacity: 'TOTAL' }, { ConsumedCapacity: { TableName: 'hash', CapacityUnits: 0.5 } }),
    answers('takes the ARN of the table', 'GetItem', { TableName: 'arn:aws:dynamodb:us-east-1:000000000000:table/hash', Key: { pk: S('p') } }, { Item: item }),

    project('projects an attribute', 'val', { val: N(5) }),
    project('projects a path', 'a.b', { a: M({ b: S('bb') }) }),
    project('projects into lists', 'a.c[1].d', { a: M({ c: L(M({ d: N(2) })) }) }),
    project('projects elements in order', '#l[2], #l[0]', { l: L(S('l0'), S('l2')) }, { '#l': 'l' }),
    project('projects what is there', 'val, absent, a.absent, l[9]', { val: N(5) }),
    project('projects nothing of an item that is there', 'absent', {}),
    project('projects a dotted name', '#d', { 'x.y': S('dotted') }, { '#d': 'x.y' }),
    project('projects siblings', 'a.b, a.c[0]', { a: M({ b: S('bb'), c: L(N(1)) }) }),

    refusesProjection('refuses an empty projection', '', 'Invalid ProjectionExpression: The expression can not be empty;'),
    refusesProjection('refuses a path twice', 'val, val', overlap('val', 'val')),
    refusesProjection('refuses a path twice under names', '#a, #b', overlap('val', 'val'), { '#a': 'val', '#b': 'val' }),
    refusesProjection('refuses a path in a path', 'a, a.b', overlap('a', 'a, b')),
    refusesProjection('refuses an element in a list', 'l, l[1]', overlap('l', 'l, [1]')),
    refusesProjection('refuses undefined names', '#x', 'Invalid ProjectionExpression: An expression attribute name used in the document path is not defined; attribute name: #x'),
    refusesProjection('refuses unused names', 'val', 'Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}', { '#x': 'x' }),
    refusesProjection('refuses reserved words', 'name', 'Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: name'),
    refusesProjection('refuses what is no path', '!!!', 'Invalid ProjectionExpression: Syntax error; token: "!", near: "!!"'),
    refusesProjection('refuses a comma too many', 'val,', 'Invalid ProjectionExpression: Syntax error; token: "<EOF>", near: ","'),
    refusesProjection('refuses names without #', 'val', 'ExpressionAttributeNames contains invalid key: Syntax error; key: "x"', { x: 'val' }),
    invalid('refuses names without a projection', 'GetItem', get({ ExpressionAttributeNames: { '#x': 'x' } }), 'ExpressionAttributeNames can only be specified when using expressions'),
    invalid('refuses no names', 'GetItem', get({ ProjectionExpression: 'val', ExpressionAttributeNames: {} }), 'ExpressionAttributeNames must not be empty'),
    refusesProjection('refuses 4097 bytes', 'a'.repeat(4097), /^Invalid ProjectionExpression: Expression size has exceeded the maximum allowed size;( expression size: 4097)?$/),
    answers('takes 4096 bytes', 'GetItem', get({ ProjectionExpression: 'a'.repeat(4096) }), { Item: {} }),

    refuses('needs a table that exists', 'GetItem', { TableName: 'none', Key: { pk: S('p') } }, 'ResourceNotFoundException', 'Requested resource not found'),
    invalid('needs a table name', 'GetItem', { Key: { pk: S('p') } }, one(valueAt('null', 'tableName', 'Member must not be null'))),
    invalid('needs a key', 'GetItem', { TableName: 'hash' }, one(valueAt('null', 'key', 'Member must not be null'))),
    invalid('needs the attributes of the key', 'GetItem', { TableName: 'hash', Key: {} }, oneOf(mismatch, 'The number of conditions on the keys is invalid')),
    invalid('needs the whole key', 'GetItem', { TableName: 'comp', Key: { pk: S('p') } }, oneOf(mismatch, 'The number of conditions on the keys is invalid')),
    invalid('needs no more than the key', 'GetItem', { TableName: 'hash', Key: { pk: S('p'), x: S('y') } }, oneOf(mismatch, 'The number of conditions on the keys is invalid')),
    invalid('needs the names of the key', 'GetItem', { TableName: 'hash', Key: { x: S('p') } }, mismatch),
    invalid('needs the types of the key', 'GetItem', { TableName: 'hash', Key: { pk: N(1) } }, mismatch),
    invalid('needs a key that is not empty', 'GetItem', { TableName: 'hash', Key: { pk: S('') } },
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk'),
    invalid('refuses a hash key of 2049 bytes', 'GetItem', { TableName: 'hash', Key: { pk: S('a'.repeat(2049)) } },
      'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes'),
    invalid('refuses a bad number, without an envelope', 'GetItem', { TableName: 'hashN', Key: { pk: N('abc') } }, 'The parameter cannot be converted to a numeric value: abc'),
    invalid('refuses duplicates, without an envelope', 'GetItem', { TableName: 'hash', Key: { pk: { SS: ['b', 'a', 'b'] } } },
      'One or more parameter values were invalid: Input collection ["a", "b", "b"] contains duplicates.'),
    invalid('knows its values of ReturnConsumedCapacity', 'GetItem', get({ ReturnConsumedCapacity: 'X' }),
      one(valueAt("'X'", 'returnConsumedCapacity', 'Member must satisfy enum value set: [INDEXES, TOTAL, NONE]'))),
    invalid('refuses AttributesToGet beside a projection', 'GetItem', get({ AttributesToGet: ['val'], ProjectionExpression: 'val' }),
      'Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}'),
  ],
}
