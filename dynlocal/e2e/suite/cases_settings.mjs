// Time to live, tags, limits and endpoints, and the operations that are not there.
import { answers, custom, fails, gives, invalid, one, refuses, steps } from './case.mjs'
import { table } from './tables.mjs'

const ttl = (TableName, Enabled, AttributeName = 'ttl') => ({ TableName, TimeToLiveSpecification: { Enabled, AttributeName } })
let n = 0
const fresh = () => table(`fresh${n++}`, { pk: 'S' }, 'pk')

// withTable is steps with a table of their own.
function withTable(name, make) {
  const create = fresh()
  return steps(name, create, ...make(create[1].TableName))
}

const arn = async (ctx) => (await ctx.call('DescribeTable', { TableName: 'tagged' })).Table.TableArn
const tags = async (ctx) => (await ctx.call('ListTagsOfResource', { ResourceArn: await arn(ctx) })).Tags.map((t) => `${t.Key}=${t.Value}`).sort().join()
const tagging = (name, op, input, want) => custom(name, async (ctx) => {
  await ctx.call(op, { ResourceArn: await arn(ctx), ...input })
  const got = await tags(ctx)
  if (got !== want) throw new Error(`tags are ${got}, want ${want}`)
})

export default {
  name: 'settings',
  setup: [table('tagged', { pk: 'S' }, 'pk', undefined, { Tags: [{ Key: 'first', Value: '1' }] })],
  cases: [
    withTable('TTL is off', (t) => [['DescribeTimeToLive', { TableName: t }, gives({ TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } })]]),
    withTable('TTL goes on', (t) => [['UpdateTimeToLive', ttl(t, true), gives({ TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' } })],
      ['DescribeTimeToLive', { TableName: t }, gives({ TimeToLiveDescription: (d) => /^ENABL(ED|ING)$/.test(d.TimeToLiveStatus) && d.AttributeName === 'ttl' })]]),
    withTable('TTL goes on once', (t) => [['UpdateTimeToLive', ttl(t, true)], ['UpdateTimeToLive', ttl(t, true), fails('ValidationException', 'TimeToLive is already enabled')]]),
    withTable('TTL keeps its attribute', (t) => [['UpdateTimeToLive', ttl(t, true)], ['UpdateTimeToLive', ttl(t, true, 'x'), fails('ValidationException', /TimeToLive is active on a different AttributeName: current AttributeName is ttl/)]]),
    withTable('TTL is off already', (t) => [['UpdateTimeToLive', ttl(t, false), fails('ValidationException', 'TimeToLive is already disabled')]]),
    withTable('TTL needs a name', (t) => [['UpdateTimeToLive', ttl(t, true, ''), fails('ValidationException', /Member must have length greater than or equal to 1/)]]),
    refuses('TTL of no table', 'UpdateTimeToLive', ttl('none', true), 'ResourceNotFoundException', 'Requested resource not found: Table: none not found'),
    refuses('TTL described of no table', 'DescribeTimeToLive', { TableName: 'none' }, 'ResourceNotFoundException', 'Requested resource not found: Table: none not found'),

    custom('tags of CreateTable', async (ctx) => {
      const got = await tags(ctx)
      if (got !== 'first=1') throw new Error(got)
    }),
    tagging('tags are added', 'TagResource', { Tags: [{ Key: 'env', Value: 'test' }, { Key: 'team', Value: 'x' }] }, 'env=test,first=1,team=x'),
    tagging('tags are replaced', 'TagResource', { Tags: [{ Key: 'env', Value: 'prod' }] }, 'env=prod,first=1,team=x'),
    tagging('tags are removed', 'UntagResource', { TagKeys: ['team', 'none'] }, 'env=prod,first=1'),
    custom('tags come in pages of ten', async (ctx) => {
      const ResourceArn = await arn(ctx)
      await ctx.call('TagResource', { ResourceArn, Tags: Array.from({ length: 20 }, (_, i) => ({ Key: `k${i}`, Value: 'v' })) })
      const found = []
      for (let NextToken; ; ) {
        const page = await ctx.call('ListTagsOfResource', { ResourceArn, NextToken })
        if (page.Tags.length > 10) throw new Error(`a page of ${page.Tags.length}`)
        found.push(...page.Tags)
        NextToken = page.NextToken
        if (!NextToken) break
      }
      if (found.length !== 22) throw new Error(`${found.length} tags`)
    }),
    invalid('tags of what is no ARN', 'TagResource', { ResourceArn: 'not-an-arn', Tags: [{ Key: 'a', Value: 'b' }] }, /Invalid TableArn|Invalid ResourceArn/),
    refuses('tags of no table', 'ListTagsOfResource', { ResourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/nonexistent_table' }, 'AccessDeniedException'),
    refuses('tags added to no table', 'TagResource', { ResourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/nonexistent_table', Tags: [{ Key: 'a', Value: 'b' }] }, 'ResourceNotFoundException'),

    answers('limits', 'DescribeLimits', {}, {
      AccountMaxReadCapacityUnits: (n) => n > 0, AccountMaxWriteCapacityUnits: (n) => n > 0, TableMaxReadCapacityUnits: (n) => n > 0, TableMaxWriteCapacityUnits: (n) => n > 0,
    }),
    answers('endpoints', 'DescribeEndpoints', {}, { Endpoints: ([e]) => e.Address.length > 0 && e.CachePeriodInMinutes > 0 }),
    invalid('a statement that is none, or no statements', 'GetItem', { TableName: 'tagged', Key: {} }),
    steps('describe what is tagged', ['DescribeTable', { TableName: 'tagged' }, gives({ Table: (t) => t.TableStatus === 'ACTIVE' })]),
    invalid('a limit of text', 'ListTables', { ExclusiveStartTableName: '!!!' }, one("Value '!!!' at 'exclusiveStartTableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")),
  ],
}
