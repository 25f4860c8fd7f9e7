// DeleteItem.
import { N, S, answers, fails, gives, invalid, one, refuses, steps, valueAt } from './case.mjs'
import { all } from './tables.mjs'

const del = (more = {}) => ({ TableName: 'hash', Key: { pk: S('p') }, ...more })
const seed = ['PutItem', { TableName: 'hash', Item: { pk: S('p'), v: N(1) } }]
const mismatch = 'The provided key element does not match the schema'

export default {
  name: 'DeleteItem',
  setup: all,
  cases: [
    steps('removes an item', seed, ['DeleteItem', del(), gives({ Attributes: undefined, ConsumedCapacity: undefined })], ['GetItem', del(), gives({ Item: undefined })]),
    answers('removes what is not there', 'DeleteItem', del(), { Attributes: undefined }),
    steps('ALL_OLD gives what was there', seed, ['DeleteItem', del({ ReturnValues: 'ALL_OLD' }), gives({ Attributes: { pk: S('p'), v: N(1) } })]),
    answers('ALL_OLD gives nothing of nothing', 'DeleteItem', del({ ReturnValues: 'ALL_OLD' }), { Attributes: undefined }),
    steps('a condition holds', seed, ['DeleteItem', del({ ConditionExpression: 'v = :v', ExpressionAttributeValues: { ':v': N('1.0') } })], ['GetItem', del(), gives({ Item: undefined })]),
    steps('a condition fails', seed,
      ['DeleteItem', del({ ConditionExpression: 'v = :v', ExpressionAttributeValues: { ':v': N(2) }, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
        { ...fails('ConditionalCheckFailedException', 'The conditional request failed'), error: { Item: { pk: S('p'), v: N(1) } } }],
      ['GetItem', del(), gives({ Item: { pk: S('p'), v: N(1) } })]),
    refuses('a condition on nothing fails', 'DeleteItem', { TableName: 'hash', Key: { pk: S('none') }, ConditionExpression: 'attribute_exists(pk)' }, 'ConditionalCheckFailedException', 'The conditional request failed'),
    steps('costs by the item removed', ['PutItem', { TableName: 'hash', Item: { pk: S('p'), v: S('x'.repeat(3000)) } }],
      ['DeleteItem', del({ ReturnConsumedCapacity: 'TOTAL' }), gives({ ConsumedCapacity: { TableName: 'hash', CapacityUnits: 3 } })],
      ['DeleteItem', del({ ReturnConsumedCapacity: 'TOTAL' }), gives({ ConsumedCapacity: { TableName: 'hash', CapacityUnits: 1 } })]),
    steps('counts every index it leaves', ['PutItem', { TableName: 'indexed', Item: { pk: S('p'), sk: S('s'), a: S('1'), n: N(1) } }],
      ['DeleteItem', { TableName: 'indexed', Key: { pk: S('p'), sk: S('s') }, ReturnConsumedCapacity: 'INDEXES', ReturnItemCollectionMetrics: 'SIZE' }, gives({
        ConsumedCapacity: {
          TableName: 'indexed', CapacityUnits: 4, Table: { CapacityUnits: 1 },
          LocalSecondaryIndexes: { lsiAll: { CapacityUnits: 1 } }, GlobalSecondaryIndexes: { gsiAll: { CapacityUnits: 1 }, gsiSome: { CapacityUnits: 1 } },
        },
        ItemCollectionMetrics: { ItemCollectionKey: { pk: S('p') }, SizeEstimateRangeGB: [0, 1] },
      })]),
    refuses('needs a table that exists', 'DeleteItem', { TableName: 'none', Key: { pk: S('p') } }, 'ResourceNotFoundException', 'Requested resource not found'),
    invalid('needs the whole key', 'DeleteItem', { TableName: 'comp', Key: { pk: S('p') } }, mismatch),
    invalid('needs the types of the key', 'DeleteItem', { TableName: 'hash', Key: { pk: N(1) } }, mismatch),
    invalid('needs no more than the key', 'DeleteItem', { TableName: 'hash', Key: { pk: S('p'), v: N(1) } }, mismatch),
    invalid('needs a key', 'DeleteItem', { TableName: 'hash' }, one(valueAt('null', 'key', 'Member must not be null'))),
    invalid('needs a key that is not empty', 'DeleteItem', { TableName: 'hashB', Key: { pk: { B: new Uint8Array() } } },
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty binary value. Key: pk'),
    invalid('has no ALL_NEW', 'DeleteItem', del({ ReturnValues: 'ALL_NEW' }), one('ReturnValues can only be ALL_OLD or NONE')),
    invalid('has no UPDATED_NEW', 'DeleteItem', del({ ReturnValues: 'UPDATED_NEW' }), one('ReturnValues can only be ALL_OLD or NONE')),
    invalid('refuses an empty condition', 'DeleteItem', del({ ConditionExpression: '' }), one('Invalid ConditionExpression: The expression can not be empty;')),
    invalid('refuses no values', 'DeleteItem', del({ ConditionExpression: 'attribute_exists(a)', ExpressionAttributeValues: {} }), one('ExpressionAttributeValues must not be empty')),
    invalid('refuses no names', 'DeleteItem', del({ ConditionExpression: 'attribute_exists(a)', ExpressionAttributeNames: {} }), one('ExpressionAttributeNames must not be empty')),
    invalid('refuses values without expressions', 'DeleteItem', del({ ExpressionAttributeValues: { ':v': S('x') } }), one('ExpressionAttributeValues can only be specified when using expressions')),
    invalid('refuses names without expressions', 'DeleteItem', del({ ExpressionAttributeNames: { '#a': 'a' } }), one('ExpressionAttributeNames can only be specified when using expressions')),
    invalid('refuses duplicates in the key', 'DeleteItem', { TableName: 'hash', Key: { pk: { NS: ['2', '1', '2'] } } }, one('One or more parameter values were invalid: Input collection contains duplicates.')),
    invalid('refuses a bad number in the key', 'DeleteItem', { TableName: 'hashN', Key: { pk: N('abc') } }, one('The parameter cannot be converted to a numeric value: abc')),
    invalid('refuses expressions beside Expected', 'DeleteItem', del({ Expected: { pk: { Exists: false } }, ConditionExpression: 'attribute_not_exists(pk)' }),
      /Can not use both expression and non-expression parameters in the same request: Non-expression parameters: \{Expected\} Expression parameters: \{ConditionExpression\}$/),
    invalid('stops at the table name', 'DeleteItem', { TableName: '', Key: {} }, /^1 validation error detected: .*tableName/i),
    invalid('reports wrong members together', 'DeleteItem', del({ ReturnValues: 'X', ReturnConsumedCapacity: 'Y' }), /^2 validation errors detected: .*returnConsumedCapacity/),
  ],
}
