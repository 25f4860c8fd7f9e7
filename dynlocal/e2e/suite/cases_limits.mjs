// What a transaction may hold in all, how a table can be named, and whose it is.
import { N, S, answers, custom, deep, fails, invalid, steps } from './case.mjs'
import { dynamodb, options } from './sdk.mjs'
import { hash, indexed } from './tables.mjs'

const MB4 = 4 << 20
const key = (pk) => ({ pk: S(pk) })
const text = (n) => S('x'.repeat(n))
const put = (pk, size) => ({ Put: { TableName: 'hash', Item: { ...key(pk), v: text(size - 3 - pk.length) } } })
const tooLarge = /4MB/

// beside gives a transaction of puts that with an action of some bytes are 4 MB and some more.
function beside(action, bytes, more) {
  const puts = Array.from({ length: 10 }, (_, i) => put(`fill${i}`, 400000))
  return { TransactItems: [action, ...puts, put('rest', MB4 - 4000000 - bytes + more)] }
}

// exactly are the cases of an action that counts with so many bytes.
const exactly = (name, bytes, action) => [
  answers(`${name} counts ${bytes} bytes`, 'TransactWriteItems', beside(action, bytes, 0)),
  invalid(`${name} counts no less`, 'TransactWriteItems', beside(action, bytes, 1), tooLarge),
]
const seven = { ExpressionAttributeValues: { ':v': S('1234567') } }

const reads = (n, more) => ({ TransactItems: Array.from({ length: n }, (_, i) => ({ Get: { TableName: 'hash', Key: key(`read${i}`), ...more } })) })

const own = async (ctx) => (await ctx.call('DescribeTable', { TableName: 'hash' })).Table.TableArn

// byARN asks with the ARN of the table, which is put where its name would be.
const byARN = (name, op, input, judge) => custom(`${name} by ARN`, async (ctx) => {
  const got = await ctx.call(op, input(await own(ctx)))
  if (!judge(got)) throw new Error(JSON.stringify(got))
})
const noARN = (name, arn) => ['GetItem', 'PutItem', 'DescribeTable'].map((op) =>
  invalid(`${op}: ${name}`, op, op === 'GetItem' ? { TableName: arn, Key: key('a') } : op === 'PutItem' ? { TableName: arn, Item: key('a') } : { TableName: arn }))

// of makes a client of another account or region.
const of = (ctx, more) => new dynamodb.DynamoDBClient({ ...options(ctx.endpoint, ctx.account), ...more })
const tablesOf = (client) => client.send(new dynamodb.ListTablesCommand({})).then((out) => out.TableNames.join())

export default {
  name: 'limits',
  setup: [hash, indexed],
  cases: [
    ...exactly('a put', 11, { Put: { TableName: 'hash', Item: { ...key('abc'), v: S('12345') } } }),
    ...exactly('a number', 10, { Put: { TableName: 'hash', Item: { ...key('abc'), v: N(12345) } } }),
    ...exactly('a deletion', 5, { Delete: { TableName: 'hash', Key: key('abc') } }),
    ...exactly('a check', 19, { ConditionCheck: { TableName: 'hash', Key: key('chk'), ConditionExpression: 'v <> :v', ...seven } }),
    ...exactly('an update', 22, { Update: { TableName: 'hash', Key: key('upd'), UpdateExpression: 'SET v = :v', ...seven } }),
    ...exactly('an update and its condition', 36, { Update: { TableName: 'hash', Key: key('up2'), UpdateExpression: 'SET v = :v', ConditionExpression: 'w <> :v', ...seven } }),
    ...exactly('a name behind a placeholder', 36, {
      Put: { TableName: 'hash', Item: { ...key('abd'), v: S('12345') }, ConditionExpression: '#v <> :v', ExpressionAttributeNames: { '#v': 'vvvvvvvvvv' }, ...seven },
    }),
    steps('what an updated item has in all does not count', ...Array.from({ length: 11 }, (_, i) => ['PutItem', put(`read${i}`, 400000).Put]),
      ['TransactWriteItems', {
        TransactItems: Array.from({ length: 11 }, (_, i) => ({ Update: { TableName: 'hash', Key: key(`read${i}`), UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': N(1) } } })),
      }]),
    answers('10 reads of 400,000 bytes', 'TransactGetItems', reads(10), { Responses: (r) => r.length === 10 }),
    invalid('11 reads of 400,000 bytes', 'TransactGetItems', reads(11)),
    answers('11 reads that show little of them', 'TransactGetItems', reads(11, { ProjectionExpression: 'n' }), { Responses: (r) => r.every((x) => x.Item.n.N === '1') }),

    steps('an update to 400 KB', ['PutItem', { TableName: 'hash', Item: { ...key('a'), v: text(200000) } }],
      ['UpdateItem', { TableName: 'hash', Key: key('a'), UpdateExpression: 'SET w = :w', ExpressionAttributeValues: { ':w': text(409600 - 5 - 200000) } }]),
    invalid('an update to a byte more', 'UpdateItem', { TableName: 'hash', Key: key('a'), UpdateExpression: 'SET w = :w', ExpressionAttributeValues: { ':w': text(409600 - 4 - 200000) } },
      'Item size to update has exceeded the maximum allowed size'),
    answers('an update that puts one large value in place of another', 'UpdateItem',
      { TableName: 'hash', Key: key('a'), UpdateExpression: 'SET x = :x REMOVE v, w', ExpressionAttributeValues: { ':x': text(409000) } }),
    invalid('a value deeper than 32 levels in an update', 'UpdateItem', { TableName: 'hash', Key: key('a'), UpdateExpression: 'SET x = :x', ExpressionAttributeValues: { ':x': deep(33) } }),

    byARN('puts', 'PutItem', (TableName) => ({ TableName, Item: { ...key('arn'), v: N(1) } }), () => true),
    byARN('gets', 'GetItem', (TableName) => ({ TableName, Key: key('arn') }), (out) => out.Item.v.N === '1'),
    byARN('updates', 'UpdateItem', (TableName) => ({ TableName, Key: key('arn'), UpdateExpression: 'ADD v :v', ExpressionAttributeValues: { ':v': N(1) }, ReturnValues: 'ALL_NEW' }), (out) => out.Attributes.v.N === '2'),
    byARN('queries', 'Query', (TableName) => ({ TableName, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': S('arn') } }), (out) => out.Count === 1),
    byARN('scans', 'Scan', (TableName) => ({ TableName, Select: 'COUNT', Limit: 1 }), (out) => out.Count === 1),
    byARN('deletes', 'DeleteItem', (TableName) => ({ TableName, Key: key('arn'), ReturnValues: 'ALL_OLD' }), (out) => out.Attributes.v.N === '2'),
    byARN('describes', 'DescribeTable', (TableName) => ({ TableName }), (out) => out.Table.TableName === 'hash'),
    byARN('writes a batch', 'BatchWriteItem', (arn) => ({ RequestItems: { [arn]: [{ PutRequest: { Item: key('arn2') } }] } }), (out) => Object.keys(out.UnprocessedItems).length === 0),
    custom('reads a batch by ARN and answers by it', async (ctx) => {
      const arn = await own(ctx)
      const { Responses } = await ctx.call('BatchGetItem', { RequestItems: { [arn]: { Keys: [key('arn2')] } } })
      if (Responses[arn]?.length !== 1) throw new Error(JSON.stringify(Responses))
    }),
    custom('transactions by ARN', async (ctx) => {
      const TableName = await own(ctx)
      await ctx.call('TransactWriteItems', { TransactItems: [{ Put: { TableName, Item: key('arn3') } }] })
      const { Responses } = await ctx.call('TransactGetItems', { TransactItems: [{ Get: { TableName, Key: key('arn3') } }] })
      if (Responses[0].Item.pk.S !== 'arn3') throw new Error(JSON.stringify(Responses))
    }),
    ...noARN('half an ARN', 'arn:aws:dynamodb'),
    ...noARN('the ARN of an index', 'arn:aws:dynamodb:us-east-1:000000000000:table/indexed/index/gsiAll'),
    steps('the ARN of no table', ['GetItem', { TableName: 'arn:aws:dynamodb:us-east-1:000000000000:table/none', Key: key('a') }, fails('ResourceNotFoundException')]),

    custom('each account has tables of its own', async (ctx) => {
      const found = await tablesOf(of(ctx, { credentials: { accessKeyId: ctx.account + '2', secretAccessKey: 'secret' } }))
      if (found !== '') throw new Error(found)
    }),
    custom('each region has tables of its own', async (ctx) => {
      const found = await tablesOf(of(ctx, { region: 'eu-west-1' }))
      if (found !== '') throw new Error(found)
    }),
    custom('the secret key makes no difference', async (ctx) => {
      const found = await tablesOf(of(ctx, { credentials: { accessKeyId: ctx.account, secretAccessKey: 'another' } }))
      if (found !== 'hash,indexed') throw new Error(found)
    }),
  ],
}
