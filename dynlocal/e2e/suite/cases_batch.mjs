// BatchWriteItem and BatchGetItem.
import { isDeepStrictEqual } from 'node:util'
import { N, S, answers, custom, deep, fails, gives, invalid, one, oneOf, refuses, steps, valueAt } from './case.mjs'
import { all } from './tables.mjs'

const write = (...requests) => ({ RequestItems: { hash: requests } })
const putOf = (Item) => ({ PutRequest: { Item } })
const deleteOf = (Key) => ({ DeleteRequest: { Key } })
const key = (pk) => ({ pk: S(pk) })
const read = (more = {}, ...pks) => ({ RequestItems: { hash: { Keys: pks.map(key), ...more } } })
const has = (want) => (r) => isDeepStrictEqual(Object.fromEntries(Object.entries(r).map(([t, items]) => [t, items.map((i) => i.pk.S).sort()])), want)
const mismatch = 'The provided key element does not match the schema'
const emptyKey = 'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk'
const mapKeys = 'Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have length greater than or equal to 3, ' +
  'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]'
const enumCapacity = valueAt("'X'", 'returnConsumedCapacity', 'Member must satisfy enum value set: [INDEXES, TOTAL, NONE]')
const enumMetrics = valueAt("'Y'", 'returnItemCollectionMetrics', 'Member must satisfy enum value set: [SIZE, NONE]')

export default {
  name: 'batches',
  setup: all,
  cases: [
    steps('writes and reads', ['BatchWriteItem', write(putOf(key('a')), putOf(key('b')), putOf({ ...key('c'), v: N(1) })), gives({ UnprocessedItems: {}, ConsumedCapacity: undefined, ItemCollectionMetrics: undefined })],
      ['BatchGetItem', read({}, 'a', 'b', 'none'), gives({ Responses: has({ hash: ['a', 'b'] }), UnprocessedKeys: {} })]),
    steps('puts and deletes', ['BatchWriteItem', write(putOf(key('d')), deleteOf(key('a')))], ['BatchGetItem', read({}, 'a', 'd'), gives({ Responses: has({ hash: ['d'] }) })]),
    steps('several tables', ['BatchWriteItem', { RequestItems: { hash: [putOf(key('x'))], comp: [putOf({ pk: S('x'), sk: S('y') })] } }],
      ['BatchGetItem', { RequestItems: { hash: { Keys: [key('x')] }, comp: { Keys: [{ pk: S('x'), sk: S('y') }] } } }, gives({ Responses: has({ hash: ['x'], comp: ['x'] }) })]),
    answers('reads nothing', 'BatchGetItem', read({}, 'none'), { Responses: { hash: [] }, UnprocessedKeys: {} }),
    answers('projects', 'BatchGetItem', read({ ProjectionExpression: '#v', ExpressionAttributeNames: { '#v': 'v' } }, 'c'), { Responses: { hash: [{ v: N(1) }] } }),
    answers('25 writes', 'BatchWriteItem', write(...Array.from({ length: 25 }, (_, i) => putOf(key(`n${i}`)))), { UnprocessedItems: {} }),
    answers('100 reads', 'BatchGetItem', read({}, ...Array.from({ length: 100 }, (_, i) => `n${i}`)), { Responses: (r) => r.hash.length === 25 }),
    answers('costs of writes', 'BatchWriteItem', { ...write(putOf(key('a')), putOf({ ...key('b'), v: S('x'.repeat(1024)) })), ReturnConsumedCapacity: 'TOTAL' }, { ConsumedCapacity: [{ TableName: 'hash', CapacityUnits: 3 }] }),
    answers('costs of reads', 'BatchGetItem', { ...read({}, 'a', 'none'), ReturnConsumedCapacity: 'TOTAL' }, { ConsumedCapacity: [{ TableName: 'hash', CapacityUnits: 1 }] }),
    answers('costs of consistent reads', 'BatchGetItem', { ...read({ ConsistentRead: true }, 'a', 'none'), ReturnConsumedCapacity: 'INDEXES' }, { ConsumedCapacity: [{ TableName: 'hash', CapacityUnits: 2, Table: { CapacityUnits: 2 } }] }),
    answers('collection metrics', 'BatchWriteItem', { RequestItems: { indexed: [putOf({ pk: S('p'), sk: S('s') })] }, ReturnItemCollectionMetrics: 'SIZE' },
      { ItemCollectionMetrics: { indexed: [{ ItemCollectionKey: { pk: S('p') }, SizeEstimateRangeGB: [0, 1] }] } }),
    custom('a reply of more than 16 MB leaves keys', async (ctx) => {
      for (let i = 0; i < 50; i++) await ctx.call('PutItem', { TableName: 'hash', Item: { ...key(`big${i}`), v: S('x'.repeat(400000)) } })
      let keys = Array.from({ length: 50 }, (_, i) => key(`big${i}`))
      const found = new Set()
      let rounds = 0
      for (; keys.length; rounds++) {
        const out = await ctx.call('BatchGetItem', { RequestItems: { hash: { Keys: keys } } })
        for (const item of out.Responses.hash) found.add(item.pk.S)
        keys = out.UnprocessedKeys.hash?.Keys ?? []
      }
      if (found.size !== 50 || rounds !== 2) throw new Error(`${found.size} items in ${rounds} rounds`)
    }),

    invalid('no writes', 'BatchWriteItem', { RequestItems: {} }, oneOf('The requestItems parameter is required for BatchWriteItem', one("Value at 'RequestItems' failed to satisfy constraint: Member must have length greater than or equal to 1"))),
    invalid('no reads', 'BatchGetItem', { RequestItems: {} }, one("Value at 'RequestItems' failed to satisfy constraint: Member must have length greater than or equal to 1")),
    invalid('no writes of a table', 'BatchWriteItem', write(),
      one(valueAt("'{hash=[]}'", 'requestItems', 'Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]'))),
    invalid('no reads of a table', 'BatchGetItem', read(), one("Value at 'RequestItems.hash.member.Keys' failed to satisfy constraint: Member must have length greater than or equal to 1")),
    invalid('26 writes', 'BatchWriteItem', write(...Array.from({ length: 26 }, (_, i) => putOf(key(`n${i}`)))),
      /^1 validation error detected: Value '\{hash=\[.+\]\}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: \[Member must have length less than or equal to 25, Member must have length greater than or equal to 1\]$/s),
    invalid('26 writes of two tables', 'BatchWriteItem', { RequestItems: { hash: Array.from({ length: 13 }, (_, i) => putOf(key(`n${i}`))), hashN: Array.from({ length: 13 }, (_, i) => putOf({ pk: N(i) })) } },
      'Too many items requested for the BatchWriteItem call'),
    invalid('101 reads', 'BatchGetItem', read({}, ...Array.from({ length: 101 }, (_, i) => `n${i}`)), one("Value at 'RequestItems.hash.member.Keys' failed to satisfy constraint: Member must have length less than or equal to 100")),
    invalid('101 reads of two tables', 'BatchGetItem', { RequestItems: { hash: { Keys: Array.from({ length: 51 }, (_, i) => key(`n${i}`)) }, hashN: { Keys: Array.from({ length: 50 }, (_, i) => ({ pk: N(i) })) } } },
      'Too many items requested for the BatchGetItem call'),
    refuses('writes to no table', 'BatchWriteItem', { RequestItems: { none: [putOf(key('a'))] } }, 'ResourceNotFoundException', 'Requested resource not found'),
    refuses('reads of no table', 'BatchGetItem', { RequestItems: { none: { Keys: [key('a')] } } }, 'ResourceNotFoundException', 'Requested resource not found'),
    steps('one missing table stops all', ['BatchWriteItem', { RequestItems: { hash: [putOf(key('stopped'))], none: [putOf(key('a'))] } }, fails('ResourceNotFoundException')],
      ['GetItem', { TableName: 'hash', Key: key('stopped') }, gives({ Item: undefined })]),
    invalid('a key twice', 'BatchWriteItem', write(putOf(key('a')), deleteOf(key('a'))), 'Provided list of item keys contains duplicates'),
    invalid('a key read twice', 'BatchGetItem', read({}, 'a', 'a'), 'Provided list of item keys contains duplicates'),
    invalid('a number key twice, written two ways', 'BatchGetItem', { RequestItems: { hashN: { Keys: [{ pk: N(1) }, { pk: N('1.0') }] } } }, 'Provided list of item keys contains duplicates'),
    invalid('a put with a key of another type', 'BatchWriteItem', write(putOf({ pk: N(5) })), mismatch),
    invalid('a put with a list as key', 'BatchWriteItem', write(putOf({ pk: { L: [S('x')] } })), mismatch),
    invalid('a put without the key', 'BatchWriteItem', write(putOf({ other: S('x') })), mismatch),
    invalid('a delete without the key', 'BatchWriteItem', write(deleteOf({ other: S('x') })), mismatch),
    invalid('a read without the key', 'BatchGetItem', { RequestItems: { hash: { Keys: [{ other: S('x') }] } } }, mismatch),
    invalid('an empty key', 'BatchWriteItem', write(putOf(key(''))), emptyKey),
    invalid('an empty key read', 'BatchGetItem', read({}, ''), emptyKey),
    invalid('a request that is none', 'BatchWriteItem', write({}), /^Supplied AttributeValue (is empty|has more than one datatypes set), must contain exactly one of the supported datatypes$/),
    invalid('a request that is two', 'BatchWriteItem', write({ ...putOf(key('a')), ...deleteOf(key('b')) }), 'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes'),
    invalid('an item too large', 'BatchWriteItem', write(putOf({ ...key('a'), v: S('x'.repeat(409600)) })), 'Item size has exceeded the maximum allowed size'),
    invalid('an item too deep', 'BatchWriteItem', write(putOf({ ...key('a'), v: deep(32) })), 'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit'),
    invalid('an empty name', 'BatchWriteItem', write(putOf({ ...key('a'), '': S('x') })), 'Empty attribute name'),
    invalid('a bad number', 'BatchWriteItem', write(putOf({ ...key('a'), v: N('abc') })), 'The parameter cannot be converted to a numeric value: abc'),
    invalid('an empty number', 'BatchWriteItem', write(putOf({ ...key('a'), v: N('') })), 'The parameter cannot be converted to a numeric value'),
    invalid('an empty number read', 'BatchGetItem', { RequestItems: { hashN: { Keys: [{ pk: N('') }] } } }, 'The parameter cannot be converted to a numeric value: '),
    invalid('a text twice in a set', 'BatchWriteItem', write(putOf({ ...key('a'), v: { SS: ['b', 'a', 'b'] } })), 'One or more parameter values were invalid: Input collection [b, a, b] contains duplicates.'),
    invalid('a number twice in a set', 'BatchWriteItem', write(putOf({ ...key('a'), v: { NS: ['2', '1', '2'] } })), 'Input collection contains duplicates'),
    invalid('an unknown ReturnConsumedCapacity', 'BatchWriteItem', { ...write(putOf(key('a'))), ReturnConsumedCapacity: 'X' }, one(enumCapacity)),
    invalid('two unknown values', 'BatchWriteItem', { ...write(putOf(key('a'))), ReturnConsumedCapacity: 'X', ReturnItemCollectionMetrics: 'Y' }, `2 validation errors detected: ${enumCapacity}; ${enumMetrics}`),
    invalid('an unknown value before a missing table', 'BatchWriteItem', { RequestItems: { none: [putOf(key('a'))] }, ReturnConsumedCapacity: 'X' }, one(enumCapacity)),
    invalid('an unknown value before a bad name', 'BatchWriteItem', { RequestItems: { 'bad!name': [putOf(key('a'))] }, ReturnConsumedCapacity: 'X' }, one(enumCapacity)),
    invalid('an unknown value when reading', 'BatchGetItem', { ...read({}, 'a'), ReturnConsumedCapacity: 'X' }, one(enumCapacity)),
    invalid('an unknown value when reading no table', 'BatchGetItem', { RequestItems: { none: { Keys: [key('a')] } }, ReturnConsumedCapacity: 'X' }, one(enumCapacity)),
    invalid('a bad name when writing', 'BatchWriteItem', { RequestItems: { 'bad!name': [putOf(key('x'))] } },
      /^1 validation error detected: Value '\{bad!name=\[WriteRequest\(putRequest=PutRequest\(item=\{pk=.+\}.*\)\]\}' at 'requestItems' failed to satisfy constraint: Map keys must satisfy constraint: /),
    invalid('a bad name when reading', 'BatchGetItem', { RequestItems: { 'bad!name': { Keys: [key('a')] } } }, one(valueAt(`'{"bad!name":{"Keys":[{"pk":{"S":"a"}}]}}'`, 'requestItems', mapKeys))),
    invalid('a bad name and an unknown value when reading', 'BatchGetItem', { RequestItems: { 'bad!name': { Keys: [key('a')] } }, ReturnConsumedCapacity: 'X' },
      `2 validation errors detected: ${valueAt(`'{"bad!name":{"Keys":[{"pk":{"S":"a"}}]}}'`, 'requestItems', mapKeys)}; ${enumCapacity}`),
    invalid('a path projected twice', 'BatchGetItem', read({ ProjectionExpression: 'a, a' }, 'x'),
      'Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]'),
    invalid('a projection beside AttributesToGet', 'BatchGetItem', read({ ProjectionExpression: 'a', AttributesToGet: ['a'] }, 'x'),
      'Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}'),
    invalid('a projection of one table beside AttributesToGet of another', 'BatchGetItem',
      { RequestItems: { hash: { Keys: [key('a')], ProjectionExpression: 'pk' }, comp: { Keys: [{ pk: S('a'), sk: S('b') }], AttributesToGet: ['pk'] } } }),
  ],
}
