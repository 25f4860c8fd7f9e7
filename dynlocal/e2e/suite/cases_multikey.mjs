// Queries of a global index with one hash attribute and four range attributes.
import { S, answers, invalid } from './case.mjs'

const items = [
  ['p1', 'T', 'live', 'b', 'r1'], ['p2', 'T', 'live', 'a', 'r2'], ['p3', 'T', 'live', 'a', 'r1'], ['p4', 'T', 'draft', 'c', 'r1'], ['p5', 'F', 'live', 'a', 'r0'], ['p6', 'T', 'live', undefined, 'r1'],
]
const put = ([pk, a, b, c, d]) => ['PutItem', { TableName: 'multi', Item: { pk: S(pk), h: S('o'), a: S(a), b: S(b), ...(c ? { c: S(c) } : {}), d: S(d) } }]
const values = { ':h': S('o'), ':a': S('T'), ':b': S('live'), ':c': S('a'), ':d': S('r'), ':x': S('r1') }
const query = (KeyConditionExpression, more = {}) => ({
  TableName: 'multi', IndexName: 'gsi', KeyConditionExpression, ...more,
  ExpressionAttributeValues: Object.fromEntries(Object.entries(values).filter(([k]) => KeyConditionExpression.includes(k))),
})
const finds = (condition, ...pks) => answers(condition, 'Query', query(condition), { Items: (l) => l.map((i) => i.pk.S).join() === pks.join(), Count: pks.length })
const refuses = (condition, message) => invalid(condition, 'Query', query(condition), message)
const gap = (missing, at) => `RANGE key attributes ${missing} must have equality conditions specified in the query because a condition is present on key attribute ${at}`

export default {
  name: 'keys of several attributes',
  setup: [['CreateTable', {
    TableName: 'multi', BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: ['pk', 'h', 'a', 'b', 'c', 'd'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: [{
      IndexName: 'gsi', Projection: { ProjectionType: 'ALL' },
      KeySchema: [['h', 'HASH'], ['a', 'RANGE'], ['b', 'RANGE'], ['c', 'RANGE'], ['d', 'RANGE']].map(([AttributeName, KeyType]) => ({ AttributeName, KeyType })),
    }],
  }], ...items.map(put)],
  cases: [
    finds('h = :h', 'p5', 'p4', 'p3', 'p2', 'p1'),
    finds('h = :h AND a = :a', 'p4', 'p3', 'p2', 'p1'),
    finds('h = :h AND a = :a AND b = :b', 'p3', 'p2', 'p1'),
    finds('h = :h AND a = :a AND b = :b AND c = :c', 'p3', 'p2'),
    finds('h = :h AND a = :a AND b = :b AND c > :c', 'p1'),
    finds('h = :h AND a = :a AND b = :b AND c = :c AND begins_with(d, :d)', 'p3', 'p2'),
    finds('h = :h AND a = :a AND b = :b AND c = :c AND d BETWEEN :x AND :x', 'p3'),
    finds('h = :h AND a = :a AND b < :b', 'p4'),
    finds('b = :b AND h = :h AND a = :a', 'p3', 'p2', 'p1'),
    answers('backward', 'Query', query('h = :h AND a = :a', { ScanIndexForward: false }), { Items: (l) => l.map((i) => i.pk.S).join() === 'p1,p2,p3,p4' }),
    answers('a page has all keys', 'Query', query('h = :h AND a = :a', { Limit: 2 }), { Count: 2, LastEvaluatedKey: (k) => Object.keys(k).sort().join() === 'a,b,c,d,h,pk' }),
    refuses('h = :h AND a = :a AND c = :c', gap('b', 'c')),
    refuses('h = :h AND a = :a AND b > :b AND c = :c', gap('b', 'c')),
    refuses('h = :h AND b = :b', gap('a', 'b')),
  ],
}
