// The document client and its helpers: native values, paginators and waiters.
import assert from 'node:assert/strict'
import { custom } from './case.mjs'
import { dynamodb, lib, util } from './sdk.mjs'
import { all } from './tables.mjs'

const client = (ctx) => lib.DynamoDBDocumentClient.from(ctx.ddb, { marshallOptions: { removeUndefinedValues: true } })
const native = {
  pk: 'p', sk: 's', text: 'ä😀', int: 42, float: -0.5, yes: true, no: false, nothing: null, list: [1, 'two', [3], {}], map: { a: { b: [true] } },
  bytes: new Uint8Array([0, 255]), texts: new Set(['x', 'y']), numbers: new Set([1, 2.5]), blobs: new Set([new Uint8Array([1]), new Uint8Array([2])]),
}
const plain = (v) => JSON.parse(JSON.stringify(v, (_, e) => (e instanceof Set ? [...e].map((x) => (x instanceof Uint8Array ? [...x] : x)).sort() : e instanceof Uint8Array ? [...e] : e)))

export default {
  name: 'document client',
  setup: all,
  cases: [
    custom('keeps native values', async (ctx) => {
      const doc = client(ctx)
      await doc.send(new lib.PutCommand({ TableName: 'comp', Item: native }))
      const { Item } = await doc.send(new lib.GetCommand({ TableName: 'comp', Key: { pk: 'p', sk: 's' }, ConsistentRead: true }))
      assert.deepEqual(plain(Item), plain(native))
    }),
    custom('keeps numbers that JavaScript cannot', async (ctx) => {
      const doc = lib.DynamoDBDocumentClient.from(ctx.ddb, { unmarshallOptions: { wrapNumbers: true } })
      const value = '12345678901234567890.123456789'
      await doc.send(new lib.PutCommand({ TableName: 'hash', Item: { pk: 'n', big: 2n ** 100n, exact: lib.NumberValue.from(value) } }))
      const { Item } = await doc.send(new lib.GetCommand({ TableName: 'hash', Key: { pk: 'n' } }))
      assert.equal(Item.big.toString(), (2n ** 100n).toString())
      assert.equal(Item.exact.toString(), value)
    }),
    custom('removes undefined values', async (ctx) => {
      const doc = client(ctx)
      await doc.send(new lib.PutCommand({ TableName: 'hash', Item: { pk: 'u', gone: undefined, map: { gone: undefined, here: 1 } } }))
      const { Item } = await doc.send(new lib.GetCommand({ TableName: 'hash', Key: { pk: 'u' } }))
      assert.deepEqual(Item, { pk: 'u', map: { here: 1 } })
    }),
    custom('updates', async (ctx) => {
      const doc = client(ctx)
      await doc.send(new lib.PutCommand({ TableName: 'hash', Item: { pk: 'c', count: 1, tags: new Set(['a']) } }))
      const { Attributes } = await doc.send(new lib.UpdateCommand({
        TableName: 'hash', Key: { pk: 'c' }, UpdateExpression: 'SET #c = #c + :one ADD tags :t', ReturnValues: 'ALL_NEW',
        ExpressionAttributeNames: { '#c': 'count' }, ExpressionAttributeValues: { ':one': 1, ':t': new Set(['b']) },
      }))
      assert.deepEqual(Attributes, { pk: 'c', count: 2, tags: new Set(['a', 'b']) })
      const { Attributes: old } = await doc.send(new lib.DeleteCommand({ TableName: 'hash', Key: { pk: 'c' }, ReturnValues: 'ALL_OLD' }))
      assert.equal(old.count, 2)
    }),
    custom('gives the item of a failed condition', async (ctx) => {
      const doc = client(ctx)
      await doc.send(new lib.PutCommand({ TableName: 'hash', Item: { pk: 'f', v: 1 } }))
      const failed = doc.send(new lib.PutCommand({ TableName: 'hash', Item: { pk: 'f' }, ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }))
      await assert.rejects(failed, (e) => e instanceof dynamodb.ConditionalCheckFailedException && util.unmarshall(e.Item).v === 1)
    }),
    custom('pages of queries and scans', async (ctx) => {
      const doc = client(ctx)
      for (let i = 0; i < 9; i++) await doc.send(new lib.PutCommand({ TableName: 'compN', Item: { pk: 'pages', sk: i } }))
      const found = []
      const input = { TableName: 'compN', KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': 'pages' } }
      for await (const page of lib.paginateQuery({ client: doc, pageSize: 2 }, input)) found.push(page.Items.map((i) => i.sk))
      assert.deepEqual(found.flat(), [0, 1, 2, 3, 4, 5, 6, 7, 8])
      assert.equal(found.length, 5)
      let scanned = 0
      for await (const page of lib.paginateScan({ client: doc, pageSize: 4 }, { TableName: 'compN' })) scanned += page.Count
      assert.equal(scanned, 9)
    }),
    custom('batches', async (ctx) => {
      const doc = client(ctx)
      const { UnprocessedItems } = await doc.send(new lib.BatchWriteCommand({ RequestItems: { hash: [1, 2, 3].map((n) => ({ PutRequest: { Item: { pk: `b${n}`, n } } })) } }))
      assert.deepEqual(UnprocessedItems, {})
      const { Responses } = await doc.send(new lib.BatchGetCommand({ RequestItems: { hash: { Keys: [{ pk: 'b1' }, { pk: 'b3' }, { pk: 'b9' }] } } }))
      assert.deepEqual(Responses.hash.map((i) => i.n).sort(), [1, 3])
    }),
    custom('transactions', async (ctx) => {
      const doc = client(ctx)
      await doc.send(new lib.TransactWriteCommand({ TransactItems: [{ Put: { TableName: 'hash', Item: { pk: 't1', v: [1] } } }, { Put: { TableName: 'hash', Item: { pk: 't2' } } }] }))
      const { Responses } = await doc.send(new lib.TransactGetCommand({ TransactItems: [{ Get: { TableName: 'hash', Key: { pk: 't1' } } }, { Get: { TableName: 'hash', Key: { pk: 't9' } } }] }))
      assert.deepEqual(Responses, [{ Item: { pk: 't1', v: [1] } }, {}])
    }),
    custom('marshall and unmarshall', async (ctx) => {
      const item = { pk: { S: 'm' }, ...util.marshall({ a: 1, b: [null], c: new Set(['x']) }) }
      await ctx.call('PutItem', { TableName: 'hash', Item: item })
      const { Item } = await ctx.call('GetItem', { TableName: 'hash', Key: { pk: { S: 'm' } } })
      assert.deepEqual(util.unmarshall(Item), { pk: 'm', a: 1, b: [null], c: new Set(['x']) })
    }),
    custom('waiters', async (ctx) => {
      const waiting = { client: ctx.ddb, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }
      await ctx.call('CreateTable', { TableName: 'waited', BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }] })
      assert.equal((await dynamodb.waitUntilTableExists(waiting, { TableName: 'waited' })).state, 'SUCCESS')
      await ctx.call('DeleteTable', { TableName: 'waited' })
      assert.equal((await dynamodb.waitUntilTableNotExists(waiting, { TableName: 'waited' })).state, 'SUCCESS')
    }),
    custom('100 requests at once', async (ctx) => {
      const doc = client(ctx)
      await Promise.all(Array.from({ length: 100 }, (_, i) => doc.send(new lib.UpdateCommand({ TableName: 'hash', Key: { pk: 'many' }, UpdateExpression: 'ADD n :i', ExpressionAttributeValues: { ':i': i } }))))
      const { Item } = await doc.send(new lib.GetCommand({ TableName: 'hash', Key: { pk: 'many' }, ConsistentRead: true }))
      assert.equal(Item.n, 4950)
    }),
  ],
}
