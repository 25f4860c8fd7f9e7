// The parameters of before there were expressions. dynlocal does not do what they ask for, and says so: a request with
// one must never be answered as if it were not there.
import { N, S, custom, invalid } from './case.mjs'
import { comp } from './tables.mjs'

const key = { pk: S('p'), sk: S('s') }
const equals = (v) => ({ ComparisonOperator: 'EQ', AttributeValueList: [v] })
const expression = { KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': S('p') } }

const requests = [
  ['Query', 'KeyConditions', { KeyConditions: { pk: equals(S('p')) } }],
  ['Query', 'KeyConditions', { KeyConditions: { pk: equals(S('p')) }, QueryFilter: { n: equals(N(1)) } }, 'either'],
  ['Query', 'AttributesToGet', { KeyConditions: { pk: equals(S('p')) }, AttributesToGet: ['n'] }, 'either'],
  ['Scan', 'ScanFilter', { ScanFilter: { n: equals(N(1)) } }],
  ['Scan', 'AttributesToGet', { AttributesToGet: ['n'] }],
  ['Scan', 'ConditionalOperator', { ConditionalOperator: 'OR' }],
  ['GetItem', 'AttributesToGet', { Key: key, AttributesToGet: ['n'] }],
  ['PutItem', 'Expected', { Item: key, Expected: { pk: { Exists: false } } }],
  ['DeleteItem', 'Expected', { Key: key, Expected: { pk: { Exists: false } } }],
  ['UpdateItem', 'AttributeUpdates', { Key: key, AttributeUpdates: { n: { Action: 'ADD', Value: N(1) } } }],
  ['UpdateItem', 'Expected', { Key: key, Expected: { pk: { Exists: false } } }],
]

const mixed = (op, old, input) => invalid(`${op}: no ${old} beside expressions`, op, { TableName: 'comp', ...input }, /Can not use both expression and non-expression parameters in the same request/)

export default {
  name: 'legacy',
  setup: [comp],
  // It knows them.
  notLocal: true,
  cases: [
    ...requests.map(([op, parameter, input, which], i) =>
      invalid(`${op}: ${parameter} (${i})`, op, { TableName: 'comp', ...input },
        which ? /The parameter \w+ is not supported by dynlocal; use expressions$/ : new RegExp(`The parameter ${parameter} is not supported by dynlocal; use expressions$`))),
    invalid('BatchGetItem: AttributesToGet', 'BatchGetItem', { RequestItems: { comp: { Keys: [key], AttributesToGet: ['n'] } } }, 'The parameter AttributesToGet is not supported by dynlocal; use expressions'),
    mixed('Query', 'QueryFilter', { ...expression, QueryFilter: { n: equals(N(1)) } }),
    mixed('Query', 'ConditionalOperator', { ...expression, ConditionalOperator: 'OR' }),
    mixed('Scan', 'ScanFilter', { FilterExpression: 'n = :n', ExpressionAttributeValues: { ':n': N(1) }, ScanFilter: { n: equals(N(1)) } }),
    mixed('DeleteItem', 'Expected', { Key: key, ConditionExpression: 'attribute_exists(pk)', Expected: { pk: { Exists: false } } }),
    custom('nothing was written', async (ctx) => {
      const { Count } = await ctx.call('Scan', { TableName: 'comp' })
      if (Count !== 0) throw new Error(`${Count} items`)
    }),
  ],
}
