// TransactWriteItems and TransactGetItems.
import { N, S, answers, custom, deep, fails, gives, invalid, one, oneOf, refuses, steps, valueAt } from './case.mjs'
import { all } from './tables.mjs'

const key = (pk) => ({ pk: S(pk) })
const put = (Item, more = {}) => ({ Put: { TableName: 'hash', Item, ...more } })
const update = (pk, UpdateExpression, values, more = {}) => ({ Update: { TableName: 'hash', Key: key(pk), UpdateExpression, ...(values ? { ExpressionAttributeValues: values } : {}), ...more } })
const del = (pk, more = {}) => ({ Delete: { TableName: 'hash', Key: key(pk), ...more } })
const check = (pk, ConditionExpression, more = {}) => ({ ConditionCheck: { TableName: 'hash', Key: key(pk), ConditionExpression, ...more } })
const write = (...TransactItems) => ({ TransactItems })
const get = (pk, more = {}) => ({ Get: { TableName: 'hash', Key: key(pk), ...more } })
const one1 = (pk) => ['GetItem', { TableName: 'hash', Key: key(pk), ConsistentRead: true }]
const isThere = (pk, Item) => [...one1(pk), gives({ Item: Item && { ...key(pk), ...Item } })]
const ok = { Code: 'None' }
const failed = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' }
const cancelled = (...reasons) => ({
  code: 'TransactionCanceledException',
  message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map((r) => r.Code).join(', ')}]`,
  error: { CancellationReasons: reasons },
})
const cancels = (name, input, ...reasons) => steps(name, ['TransactWriteItems', input, cancelled(...reasons)])
const bad = (message) => ({ Code: 'ValidationError', Message: message })
const mismatch = 'The provided key element does not match the schema'
const emptyKey = 'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk'
const enumCapacity = valueAt("'X'", 'returnConsumedCapacity', 'Member must satisfy enum value set: [INDEXES, TOTAL, NONE]')
const enumMetrics = valueAt("'Y'", 'returnItemCollectionMetrics', 'Member must satisfy enum value set: [SIZE, NONE]')
const nesting = 'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit'
const syntax = 'Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "("'
const refusesWrite = (name, input, message) => invalid(name, 'TransactWriteItems', input, message)

export default {
  name: 'transactions',
  setup: all,
  cases: [
    steps('does all', ['PutItem', { TableName: 'hash', Item: { ...key('b'), v: N(1) } }], ['PutItem', { TableName: 'hash', Item: key('c') }], ['PutItem', { TableName: 'hash', Item: key('d') }],
      ['TransactWriteItems', write(put(key('a')), update('b', 'SET v = v + :n', { ':n': N(1) }), del('c'), check('d', 'attribute_exists(pk)')), gives({ ConsumedCapacity: undefined, ItemCollectionMetrics: undefined })],
      isThere('a', {}), isThere('b', { v: N(2) }), isThere('c', undefined)),
    steps('does nothing if one fails',
      ['TransactWriteItems', write(put(key('e')), put(key('a'), { ConditionExpression: 'attribute_not_exists(pk)' })), cancelled(ok, failed)], isThere('e', undefined)),
    cancels('two fail', write(put(key('a'), { ConditionExpression: 'attribute_not_exists(pk)' }), check('b', 'attribute_not_exists(pk)')), failed, failed),
    cancels('ALL_OLD gives the item', write(put(key('b'), { ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })), { ...failed, Item: { ...key('b'), v: N(2) } }),
    cancels('a check of nothing fails', write(check('none', 'attribute_exists(pk)'), put(key('e'))), failed, ok),
    cancels('an update of nothing fails', write(update('none', 'SET v = :v', { ':v': N(1), ':w': N(2) }, { ConditionExpression: 'v = :w' })), failed),
    cancels('a delete fails', write(del('b', { ConditionExpression: 'v = :v', ExpressionAttributeValues: { ':v': N(9) } })), failed),
    steps('an update makes an item', ['TransactWriteItems', write(update('made', 'SET v = :v', { ':v': N(1) }))], isThere('made', { v: N(1) })),
    steps('several tables', ['TransactWriteItems', write(put(key('t')), { Put: { TableName: 'comp', Item: { pk: S('t'), sk: S('u') } } })],
      ['TransactGetItems', write(get('t'), { Get: { TableName: 'comp', Key: { pk: S('t'), sk: S('u') } } }), gives({ Responses: [{ Item: key('t') }, { Item: { pk: S('t'), sk: S('u') } }] })]),
    steps('100 actions', ['TransactWriteItems', write(...Array.from({ length: 100 }, (_, i) => put(key(`h${i}`))))],
      ['TransactGetItems', write(...Array.from({ length: 100 }, (_, i) => get(`h${i}`))), gives({ Responses: (r) => r.length === 100 && r.every((x, i) => x.Item.pk.S === `h${i}`) })]),
    steps('a token is answered again', ['TransactWriteItems', { ...write(update('tok', 'ADD v :n', { ':n': N(1) })), ClientRequestToken: 'token-1' }],
      ['TransactWriteItems', { ...write(update('tok', 'ADD v :n', { ':n': N(1) })), ClientRequestToken: 'token-1' }], isThere('tok', { v: N(1) })),
    steps('a token of another request', ['TransactWriteItems', { ...write(put({ ...key('tok2'), v: N(1) })), ClientRequestToken: 'token-2' }],
      ['TransactWriteItems', { ...write(put({ ...key('tok2'), v: N(2) })), ClientRequestToken: 'token-2' }, fails('IdempotentParameterMismatchException')], isThere('tok2', { v: N(1) })),
    steps('costs double', ['TransactWriteItems', { ...write(put(key('cost'))), ReturnConsumedCapacity: 'TOTAL', ClientRequestToken: 'token-3' }, gives({ ConsumedCapacity: [{ TableName: 'hash', CapacityUnits: 2, WriteCapacityUnits: 2 }] })],
      ['TransactWriteItems', { ...write(put(key('cost'))), ReturnConsumedCapacity: 'TOTAL', ClientRequestToken: 'token-3' }, gives({ ConsumedCapacity: [{ TableName: 'hash', CapacityUnits: 2, ReadCapacityUnits: 2 }] })]),
    answers('reads cost double', 'TransactGetItems', { ...write(get('a'), get('none')), ReturnConsumedCapacity: 'INDEXES' },
      { ConsumedCapacity: [{ TableName: 'hash', CapacityUnits: 4, ReadCapacityUnits: 4, Table: { CapacityUnits: 4, ReadCapacityUnits: 4 } }] }),
    answers('collection metrics', 'TransactWriteItems', { ...write({ Put: { TableName: 'indexed', Item: { pk: S('p'), sk: S('s') } } }), ReturnItemCollectionMetrics: 'SIZE' },
      { ItemCollectionMetrics: { indexed: [{ ItemCollectionKey: { pk: S('p') }, SizeEstimateRangeGB: [0, 1] }] } }),
    answers('reads what is there', 'TransactGetItems', write(get('b', { ProjectionExpression: 'v' }), get('none')), { Responses: [{ Item: { v: N(2) } }, {}] }),

    refusesWrite('no actions', write(), oneOf(one(valueAt("'[]'", 'transactItems', 'Member must have length greater than or equal to 1')), one("Value at 'TransactItems' failed to satisfy constraint: Member must have length greater than or equal to 1"))),
    invalid('no reads', 'TransactGetItems', write(), oneOf(one(valueAt("'[]'", 'transactItems', 'Member must have length greater than or equal to 1')), one("Value at 'TransactItems' failed to satisfy constraint: Member must have length greater than or equal to 1"))),
    refusesWrite('101 actions', write(...Array.from({ length: 101 }, (_, i) => put(key(`h${i}`)))), /^1 validation error detected: Value ('\[.+\]' at 'transactItems'|at 'TransactItems') failed to satisfy constraint: Member must have length less than or equal to 100$/s),
    invalid('101 reads', 'TransactGetItems', write(...Array.from({ length: 101 }, (_, i) => get(`h${i}`))), /^1 validation error detected: Value ('\[.+\]' at 'transactItems'|at 'TransactItems') failed to satisfy constraint: Member must have length less than or equal to 100$/s),
    refusesWrite('an item twice', write(put(key('a')), del('a')), 'Transaction request cannot include multiple operations on one item'),
    invalid('an item read twice', 'TransactGetItems', write(get('a'), get('a')), 'Transaction request cannot include multiple operations on one item'),
    refuses('a missing table', 'TransactWriteItems', write({ Put: { TableName: 'none', Item: key('a') } }), 'ResourceNotFoundException', 'Requested resource not found'),
    refuses('a missing table read', 'TransactGetItems', write({ Get: { TableName: 'none', Key: key('a') } }), 'ResourceNotFoundException', 'Requested resource not found'),
    refusesWrite('two actions in one', write({ ...put(key('a')), ...del('b') }), 'TransactItems can only contain one of Check, Put, Update or Delete'),
    refusesWrite('no action', write({}), 'TransactItems can only contain one of Check, Put, Update or Delete'),
    refusesWrite('more than 4 MB', write(...Array.from({ length: 12 }, (_, i) => put({ ...key(`m${i}`), v: S('x'.repeat(350000)) })))),
    steps('less than 4 MB', ['TransactWriteItems', write(...Array.from({ length: 10 }, (_, i) => put({ ...key(`m${i}`), v: S('x'.repeat(350000)) })))]),
    cancels('a key of another type', write(put({ pk: N(5) })), bad('One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N')),
    cancels('a list as key', write(put({ pk: { L: [S('x')] } })), bad('One or more parameter values were invalid: Type mismatch for key pk expected: S actual: L')),
    cancels('an update with a key of another type', write({ Update: { TableName: 'hash', Key: { pk: N(5) }, UpdateExpression: 'REMOVE v' } }), bad(mismatch)),
    cancels('a delete with a key of another type', write({ Delete: { TableName: 'hash', Key: { pk: N(5) } } }), bad(mismatch)),
    cancels('a check with a key of another type', write({ ConditionCheck: { TableName: 'hash', Key: { pk: N(5) }, ConditionExpression: 'attribute_exists(pk)' } }), bad(mismatch)),
    steps('a read without key', ['TransactGetItems', write({ Get: { TableName: 'hash', Key: {} } }), { code: 'TransactionCanceledException', error: { CancellationReasons: (r) => r.length === 1 && r[0].Code === 'ValidationError' } }]),
    refusesWrite('an empty key of a put', write(put(key(''))), emptyKey),
    refusesWrite('an empty key of an update', write(update('', 'REMOVE v')), emptyKey),
    refusesWrite('an empty key of a delete', write(del('')), emptyKey),
    refusesWrite('an empty key of a check', write(check('', 'attribute_exists(pk)')), emptyKey),
    cancels('an update that grows too large', write(update('grown', 'SET v = :v', { ':v': S('x'.repeat(409600)) })), bad('Item size to update has exceeded the maximum allowed size')),
    refusesWrite('a put too large', write(put({ ...key('a'), v: S('x'.repeat(409600)) })), 'Item size has exceeded the maximum allowed size'),
    cancels('an update that finds no operand', write(update('fresh', 'SET v = w + :n', { ':n': N(1) })), bad('The provided expression refers to an attribute that does not exist in the item')),
    cancels('a key attribute updated', write(update('a', 'SET pk = :v', { ':v': S('x') })), bad('One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key')),
    refusesWrite('a bad number in an item', write(put({ ...key('a'), v: N('abc') })), 'The parameter cannot be converted to a numeric value: abc'),
    refusesWrite('a bad number in a value', write(update('a', 'SET v = :v', { ':v': N('abc') })), 'ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: abc for key :v'),
    refusesWrite('a text twice in a set of a value', write(update('a', 'SET v = :v', { ':v': { SS: ['b', 'a', 'b'] } })),
      'ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: Input collection [b, a, b] contains duplicates. for key :v'),
    refusesWrite('an item too deep', write(put({ ...key('a'), v: deep(32) })), nesting),
    refusesWrite('an empty name', write(put({ ...key('a'), '': S('x') })), 'Empty attribute name'),
    refusesWrite('an item too deep before a later empty name', write(put({ ...key('a'), d: deep(40) }), put({ ...key('b'), '': S('x') })), nesting),
    refusesWrite('an empty name before a later item too deep', write(put({ ...key('a'), '': S('x') }), put({ ...key('b'), d: deep(100) })), 'Empty attribute name'),
    refusesWrite('an empty name before a later value too deep', write(put({ ...key('a'), '': S('x') }), check('b', 'd = :d', { ExpressionAttributeValues: { ':d': deep(100) } })), 'Empty attribute name'),
    refusesWrite('a value too deep before a later empty name', write(check('b', 'd = :d', { ExpressionAttributeValues: { ':d': deep(40) } }), put({ ...key('a'), '': S('x') })),
      oneOf(`ExpressionAttributeValues contains invalid value: ${nesting} for key :d`, nesting)),
    refusesWrite('a key too deep before a later syntax error', write({ Delete: { TableName: 'none', Key: { pk: deep(40) } } }, check('a', 'attribute_not_exists(')), nesting),
    refusesWrite('a syntax error before a later key too deep', write(check('a', 'attribute_not_exists('), { Delete: { TableName: 'none', Key: { pk: deep(100) } } }), syntax),
    refusesWrite('a syntax error', write(check('a', 'attribute_not_exists(')), syntax),
    refusesWrite('a syntax error before a missing table', write({ Put: { TableName: 'none', Item: key('a') } }, check('a', 'attribute_not_exists(')), syntax),
    refusesWrite('a syntax error before a later item too deep', write(check('a', 'attribute_not_exists('), put({ ...key('b'), v: deep(32) })), syntax),
    refusesWrite('an item too deep before a later syntax error', write(put({ ...key('b'), v: deep(32) }), check('a', 'attribute_not_exists(')), nesting),
    refusesWrite('an unused value before a missing table', write({ Put: { TableName: 'none', Item: key('a') } }, check('b', 'attribute_exists(pk)', { ExpressionAttributeValues: { ':v': S('x') } })),
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}'),
    refusesWrite('an unused value before an item twice', write(put(key('b')), check('b', 'attribute_exists(pk)', { ExpressionAttributeValues: { ':v': S('x') } })),
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}'),
    refusesWrite('an update expression of 4097 bytes', write(update('a', `SET ${'a'.repeat(4088)} = :v`, { ':v': S('x') })), /^Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;/),
    invalid('a projection that is none', 'TransactGetItems', write(get('a', { ProjectionExpression: '!!!' })), 'Invalid ProjectionExpression: Syntax error; token: "!", near: "!!"'),
    refusesWrite('an unknown ReturnConsumedCapacity', { ...write(put(key('a'))), ReturnConsumedCapacity: 'X' }, one(enumCapacity)),
    refusesWrite('two unknown values', { ...write(put(key('a'))), ReturnConsumedCapacity: 'X', ReturnItemCollectionMetrics: 'Y' }, `2 validation errors detected: ${enumCapacity}; ${enumMetrics}`),
    refusesWrite('an unknown value before a missing table', { ...write({ Put: { TableName: 'none', Item: key('a') } }), ReturnConsumedCapacity: 'X' }, one(enumCapacity)),
    refusesWrite('an unknown value before an item twice', { ...write(put(key('a')), del('a')), ReturnConsumedCapacity: 'X' }, one(enumCapacity)),
    invalid('an unknown value when reading', 'TransactGetItems', { ...write(get('a')), ReturnConsumedCapacity: 'X' }, one(enumCapacity)),
    invalid('an unknown value when reading twice', 'TransactGetItems', { ...write(get('a'), get('a')), ReturnConsumedCapacity: 'X' }, one(enumCapacity)),
    refusesWrite('a token of 37 characters', { ...write(put(key('a'))), ClientRequestToken: 'x'.repeat(37) }, oneOf(
      one("Value at 'ClientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 36"),
      one(valueAt(`'${'x'.repeat(37)}'`, 'clientRequestToken', 'Member must have length less than or equal to 36')))),
    refusesWrite('a token of 37 characters and an unknown value', { ...write(put(key('a'))), ClientRequestToken: 'x'.repeat(37), ReturnConsumedCapacity: 'X' }, oneOf(
      one("Value at 'ClientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 36"),
      `2 validation errors detected: ${valueAt(`'${'x'.repeat(37)}'`, 'clientRequestToken', 'Member must have length less than or equal to 36')}; ${enumCapacity}`)),
    custom('32 at once are all or nothing', async (ctx) => {
      await ctx.call('PutItem', { TableName: 'hash', Item: { ...key('sum'), v: N(0) } })
      const tries = Array.from({ length: 32 }, async (_, i) => {
        try {
          await ctx.call('TransactWriteItems', write(update('sum', 'ADD v :n', { ':n': N(1) }), put(key(`once${i % 8}`), { ConditionExpression: 'attribute_not_exists(pk)' })))
          return 1
        } catch (e) {
          if (e.name === 'TransactionCanceledException') return 0
          throw e
        }
      })
      const done = (await Promise.all(tries)).reduce((a, b) => a + b)
      const { Item } = await ctx.call('GetItem', { TableName: 'hash', Key: key('sum'), ConsistentRead: true })
      if (Number(Item.v.N) !== done || done > 8) throw new Error(`${done} done, sum ${Item.v.N}`)
    }),
  ],
}
