// CreateTable, DescribeTable, UpdateTable, DeleteTable and ListTables.
import { N, S, answers, custom, fails, gives, invalid, one, oneOf, refuses, steps, valueAt } from './case.mjs'
import { global, local, table } from './tables.mjs'

let n = 0
const names = () => `table${n++}`
const simple = (more = {}) => table(names(), { pk: 'S' }, 'pk', undefined, more)[1]
const composite = (more = {}, types = {}) => table(names(), { pk: 'S', sk: 'S', ...types }, 'pk', 'sk', more)[1]
const provisioned = { BillingMode: undefined, ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 4 } }
const bad = 'One or more parameter values were invalid: '
const isDate = (d) => d instanceof Date && Math.abs(d - Date.now()) < 60000

// makes creates a table and judges what is then said of it.
function makes(name, input, want) {
  return steps(name, ['CreateTable', input, gives({ TableDescription: (d) => d.TableName === input.TableName })],
    ['DescribeTable', { TableName: input.TableName }, gives({ Table: (t) => Object.entries(want).every(([k, v]) => (typeof v === 'function' ? v(t[k]) : JSON.stringify(t[k]) === JSON.stringify(v))) })])
}
const refusesTable = (name, input, message) => invalid(name, 'CreateTable', input, message)

// changes creates a table, updates it and judges what is then said of it.
function changes(name, input, update, want) {
  return steps(name, ['CreateTable', input], ['UpdateTable', { TableName: input.TableName, ...update }],
    ['DescribeTable', { TableName: input.TableName }, gives({ Table: (t) => Object.entries(want).every(([k, v]) => (typeof v === 'function' ? v(t[k], t) : JSON.stringify(t[k]) === JSON.stringify(v))) })])
}
function refusesChange(name, input, update, message, code = 'ValidationException') {
  return steps(name, ['CreateTable', input], ['UpdateTable', { TableName: input.TableName, ...update }, fails(code, message)])
}
const createIndex = (index, types = {}) => ({
  AttributeDefinitions: Object.entries(types).map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })), GlobalSecondaryIndexUpdates: [{ Create: index }],
})
const withIndex = () => composite({ GlobalSecondaryIndexes: [global('gsi', 'g', undefined, 'ALL')] }, { g: 'S' })

export default {
  name: 'tables',
  cases: [
    makes('on demand', simple(), {
      TableStatus: 'ACTIVE', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingModeSummary: (b) => b.BillingMode === 'PAY_PER_REQUEST', ItemCount: 0, TableSizeBytes: 0, CreationDateTime: isDate,
      TableArn: (a) => /^arn:aws:dynamodb:[a-z0-9-]+:\d{12}:table\/table\d+$/.test(a), TableId: (i) => /^[0-9a-f-]{36}$/.test(i),
      ProvisionedThroughput: (p) => p.ReadCapacityUnits === 0 && p.WriteCapacityUnits === 0 && p.NumberOfDecreasesToday === 0,
      LocalSecondaryIndexes: undefined, GlobalSecondaryIndexes: undefined, StreamSpecification: undefined, SSEDescription: undefined,
    }),
    makes('provisioned', simple(provisioned), { ProvisionedThroughput: (p) => p.ReadCapacityUnits === 5 && p.WriteCapacityUnits === 4, BillingModeSummary: undefined }),
    makes('two keys', composite(), { KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }] }),
    makes('a global index', composite({ GlobalSecondaryIndexes: [global('gsi', 'g', 'sk', 'INCLUDE', 'x', 'y')] }, { g: 'N' }), {
      GlobalSecondaryIndexes: ([x]) => x.IndexName === 'gsi' && x.IndexStatus === 'ACTIVE' && x.Projection.NonKeyAttributes.join() === 'x,y' && x.ItemCount === 0 && x.IndexSizeBytes === 0 &&
        x.KeySchema.length === 2 && x.IndexArn.endsWith('/index/gsi'),
    }),
    makes('a local index', composite({ LocalSecondaryIndexes: [local('lsi', 'l', 'KEYS_ONLY')] }, { l: 'B' }), { LocalSecondaryIndexes: ([x]) => x.IndexName === 'lsi' && x.Projection.ProjectionType === 'KEYS_ONLY' && x.ItemCount === 0 }),
    makes('an index of eight attributes', composite({
      GlobalSecondaryIndexes: [{
        IndexName: 'gsi', Projection: { ProjectionType: 'ALL' },
        KeySchema: ['a', 'b', 'c', 'd'].map((AttributeName) => ({ AttributeName, KeyType: 'HASH' })).concat(['e', 'f', 'g', 'h'].map((AttributeName) => ({ AttributeName, KeyType: 'RANGE' }))),
      }],
    }, Object.fromEntries([...'abcdefgh'].map((k) => [k, 'S']))), { GlobalSecondaryIndexes: ([x]) => x.KeySchema.length === 8 }),
    makes('deletion protection', simple({ DeletionProtectionEnabled: true }), { DeletionProtectionEnabled: true }),
    makes('no deletion protection', simple(), { DeletionProtectionEnabled: (d) => !d }),
    makes('a class', simple({ TableClass: 'STANDARD_INFREQUENT_ACCESS' }), { TableClassSummary: (c) => c.TableClass === 'STANDARD_INFREQUENT_ACCESS' }),
    makes('encryption', simple({ SSESpecification: { Enabled: true } }), { SSEDescription: (s) => s.Status === 'ENABLED' && s.SSEType === 'KMS' && s.KMSMasterKeyArn.startsWith('arn:aws:kms:') }),
    makes('throughput on demand', simple({ OnDemandThroughput: { MaxReadRequestUnits: 10, MaxWriteRequestUnits: 5 } }), { OnDemandThroughput: (o) => o.MaxReadRequestUnits === 10 && o.MaxWriteRequestUnits === 5 }),
    makes('a stream', simple({ StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } }), { StreamSpecification: (s) => s.StreamEnabled === true && s.StreamViewType === 'NEW_IMAGE' }),
    custom('counts items and bytes', async (ctx) => {
      const input = withIndex()
      await ctx.call('CreateTable', input)
      await ctx.call('PutItem', { TableName: input.TableName, Item: { pk: S('p'), sk: S('s'), g: S('g') } })
      await ctx.call('PutItem', { TableName: input.TableName, Item: { pk: S('p'), sk: S('t'), n: N(5) } })
      const { Table } = await ctx.call('DescribeTable', { TableName: input.TableName })
      const got = [Table.ItemCount, Table.TableSizeBytes, Table.GlobalSecondaryIndexes[0].ItemCount, Table.GlobalSecondaryIndexes[0].IndexSizeBytes].join()
      if (got !== '2,17,1,8') throw new Error(got)
    }),

    refusesTable('needs a name', simple({ TableName: undefined }), "The parameter 'TableName' is required but was not present in the request"),
    refusesTable('needs a name of 3', simple({ TableName: 'ab' }), one(valueAt("'ab'", 'tableName', 'Member must have length greater than or equal to 3'))),
    refusesTable('needs a name of 255', simple({ TableName: 'a'.repeat(256) }), one(valueAt(`'${'a'.repeat(256)}'`, 'tableName', 'Member must have length less than or equal to 255'))),
    refusesTable('needs a name of the pattern', simple({ TableName: 'in;valid' }), one(valueAt("'in;valid'", 'tableName', 'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+'))),
    refusesTable('reports the empty name', simple({ TableName: '', KeySchema: [], AttributeDefinitions: [] }), /tableName/),
    refusesTable('needs a key', simple({ KeySchema: [] })),
    refusesTable('knows its key types', simple({ KeySchema: [{ AttributeName: 'pk', KeyType: 'X' }] }), one(valueAt("'X'", 'keySchema.1.member.keyType', 'Member must satisfy enum value set: [HASH, RANGE]'))),
    refusesTable('knows its attribute types', simple({ AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'X' }] }), one(valueAt("'X'", 'attributeDefinitions.1.member.attributeType', 'Member must satisfy enum value set: [B, N, S]'))),
    refusesTable('knows its billing modes', simple({ BillingMode: 'X' }), one(valueAt("'X'", 'billingMode', 'Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]'))),
    refusesTable('three keys', composite({ KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }, { AttributeName: 'x', KeyType: 'RANGE' }] }, { x: 'S' }),
      one(valueAt("'[KeySchemaElement(attributeName=pk, keyType=HASH), KeySchemaElement(attributeName=sk, keyType=RANGE), KeySchemaElement(attributeName=x, keyType=RANGE)]'", 'keySchema', 'Member must have length less than or equal to 2'))),
    refusesTable('an attribute twice in the key', simple({ KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'pk', KeyType: 'RANGE' }] }), 'Invalid KeySchema: Some index key attribute have no definition'),
    refusesTable('two hash keys', composite({ KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'HASH' }] }), 'Invalid KeySchema: The second KeySchemaElement is not a RANGE key type'),
    refusesTable('the sort key first', composite({ KeySchema: [{ AttributeName: 'sk', KeyType: 'RANGE' }, { AttributeName: 'pk', KeyType: 'HASH' }] }), 'Invalid KeySchema: The first KeySchemaElement is not a HASH key type'),
    refusesTable('a key without definition', simple({ AttributeDefinitions: [{ AttributeName: 'x', AttributeType: 'S' }] }), /Some index key attributes are not defined in AttributeDefinitions\. Keys: \[pk\], AttributeDefinitions: \[x\]/),
    refusesTable('an unused definition', table(names(), { pk: 'S', extra: 'N' }, 'pk')[1], `${bad}Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`),
    refusesTable('no throughput', simple({ BillingMode: 'PROVISIONED' }), oneOf(`${bad}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED`, /ProvisionedThroughput|ReadCapacityUnits/)),
    refusesTable('throughput on demand, provisioned', simple({ ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } }), `${bad}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`),
    refusesTable('throughput of 0', simple({ BillingMode: 'PROVISIONED', ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 1 } }), one(valueAt("'0'", 'provisionedThroughput.readCapacityUnits', 'Member must have value greater than or equal to 1'))),
    refusesTable('a local index without sort key', table(names(), { pk: 'S', l: 'S' }, 'pk', undefined, { LocalSecondaryIndexes: [local('lsi', 'l', 'ALL')] })[1],
      `${bad}Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex`),
    refusesTable('a local index of another hash', composite({ LocalSecondaryIndexes: [{ ...local('lsi', 'l', 'ALL'), KeySchema: [{ AttributeName: 'l', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }] }] }, { l: 'S' }),
      /Index KeySchema does not have the same leading hash key as table KeySchema for index: lsi/),
    refusesTable('an index name twice', composite({ GlobalSecondaryIndexes: [global('same', 'g', undefined, 'ALL'), global('same', 'h', undefined, 'ALL')] }, { g: 'S', h: 'S' }), `${bad}Duplicate index name: same`),
    refusesTable('an index name of 2', composite({ LocalSecondaryIndexes: [local('l1', 'l', 'ALL')], GlobalSecondaryIndexes: [global('g1', 'g', undefined, 'ALL')] }, { l: 'S', g: 'S' }),
      `2 validation errors detected: ${valueAt("'g1'", 'globalSecondaryIndexes.1.member.indexName', 'Member must have length greater than or equal to 3')}; ${valueAt("'l1'", 'localSecondaryIndexes.1.member.indexName', 'Member must have length greater than or equal to 3')}`),
    refusesTable('21 global indexes', composite({ GlobalSecondaryIndexes: Array.from({ length: 21 }, (_, i) => global(`gsi${i}`, 'g', undefined, 'ALL')) }, { g: 'S' }), /GlobalSecondaryIndex count exceeds the per-table limit of 20/),
    refusesTable('6 local indexes', composite({ LocalSecondaryIndexes: Array.from({ length: 6 }, (_, i) => local(`lsi${i}`, 'l', 'ALL')) }, { l: 'S' }), /Number of LocalSecondaryIndexes exceeds per-table limit of 5/),
    refusesTable('INCLUDE of nothing', composite({ GlobalSecondaryIndexes: [global('gsi', 'g', undefined, 'INCLUDE')] }, { g: 'S' }), `${bad}ProjectionType is INCLUDE, but NonKeyAttributes is not specified`),
    refusesTable('KEYS_ONLY of more', composite({ GlobalSecondaryIndexes: [global('gsi', 'g', undefined, 'KEYS_ONLY', 'x')] }, { g: 'S' }), `${bad}ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified`),
    refusesTable('no global indexes', composite({ GlobalSecondaryIndexes: [] }), /List of GlobalSecondaryIndexes is empty/),
    refusesTable('a view without stream', simple({ StreamSpecification: { StreamEnabled: false, StreamViewType: 'NEW_IMAGE' } })),
    refusesTable('a stream without view', simple({ StreamSpecification: { StreamEnabled: true } })),
    refusesTable('an index of unequal roles', composite({ GlobalSecondaryIndexes: [{ IndexName: 'gsi', Projection: { ProjectionType: 'ALL' }, KeySchema: [{ AttributeName: 'g', KeyType: 'RANGE' }] }] }, { g: 'S' })),
    refusesTable('an index of five hash keys', composite({ GlobalSecondaryIndexes: [{ IndexName: 'gsi', Projection: { ProjectionType: 'ALL' }, KeySchema: [...'abcde'].map((AttributeName) => ({ AttributeName, KeyType: 'HASH' })) }] },
      Object.fromEntries([...'abcde'].map((k) => [k, 'S'])))),

    changes('throughput', simple(provisioned), { ProvisionedThroughput: { ReadCapacityUnits: 20, WriteCapacityUnits: 15 } }, { ProvisionedThroughput: (p) => p.ReadCapacityUnits === 20 && p.WriteCapacityUnits === 15 }),
    changes('to on demand', simple(provisioned), { BillingMode: 'PAY_PER_REQUEST' }, { BillingModeSummary: (b) => b.BillingMode === 'PAY_PER_REQUEST', TableStatus: 'ACTIVE' }),
    changes('to provisioned', simple(), { BillingMode: 'PROVISIONED', ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 } }, { ProvisionedThroughput: (p) => p.ReadCapacityUnits === 5 }),
    changes('from on demand to on demand', simple(), { BillingMode: 'PAY_PER_REQUEST' }, { BillingModeSummary: (b) => b.BillingMode === 'PAY_PER_REQUEST' }),
    changes('protection', simple(), { DeletionProtectionEnabled: true }, { DeletionProtectionEnabled: true }),
    changes('the class', simple(), { TableClass: 'STANDARD_INFREQUENT_ACCESS' }, { TableClassSummary: (c) => c.TableClass === 'STANDARD_INFREQUENT_ACCESS' }),
    changes('the throughput on demand', simple({ OnDemandThroughput: { MaxReadRequestUnits: 10, MaxWriteRequestUnits: 5 } }), { OnDemandThroughput: { MaxReadRequestUnits: 20, MaxWriteRequestUnits: 15 } },
      { OnDemandThroughput: (o) => o.MaxReadRequestUnits === 20 && o.MaxWriteRequestUnits === 15 }),
    changes('the stream', simple(), { StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } }, { StreamSpecification: (s) => s.StreamViewType === 'KEYS_ONLY' }),
    changes('an index more', composite(), createIndex(global('gsi', 'g', undefined, 'ALL'), { g: 'S' }), { GlobalSecondaryIndexes: ([x]) => x.IndexName === 'gsi' && x.IndexStatus === 'ACTIVE', AttributeDefinitions: (d) => d.length === 3 }),
    changes('an index less', withIndex(), { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'gsi' } }] }, { GlobalSecondaryIndexes: (l) => (l ?? []).length === 0 }),
    custom('a new index has the old items', async (ctx) => {
      const input = composite()
      const TableName = input.TableName
      await ctx.call('CreateTable', input)
      for (const [pk, g] of [['1', S('a')], ['2', S('a')], ['3', S('b')], ['4', N(1)]]) await ctx.call('PutItem', { TableName, Item: { pk: S(pk), sk: S('s'), g } })
      await ctx.call('UpdateTable', { TableName, ...createIndex(global('gsi', 'g', undefined, 'ALL'), { g: 'S' }) })
      for (;;) {
        const { Table } = await ctx.call('DescribeTable', { TableName })
        if (Table.GlobalSecondaryIndexes[0].IndexStatus === 'ACTIVE') break
      }
      const out = await ctx.call('Query', { TableName, IndexName: 'gsi', KeyConditionExpression: 'g = :g', ExpressionAttributeValues: { ':g': S('a') } })
      if (out.Items.map((i) => i.pk.S).sort().join() !== '1,2') throw new Error(JSON.stringify(out.Items))
    }),
    refuses('changes no missing table', 'UpdateTable', { TableName: 'none', BillingMode: 'PAY_PER_REQUEST' }, 'ResourceNotFoundException', 'Requested resource not found: Table: none not found'),
    refusesChange('nothing', simple(), {}, /^At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates/),
    refusesChange('the same throughput', simple(provisioned), { ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 4 } }, /^The provisioned throughput for the table will not change\. The requested value equals the current value\./),
    refusesChange('the same throughput, provisioned', simple(provisioned), { BillingMode: 'PROVISIONED', ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 4 } }),
    refusesChange('throughput below 1', simple(provisioned), { ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 4 } }, one(valueAt("'0'", 'provisionedThroughput.readCapacityUnits', 'Member must have value greater than or equal to 1'))),
    refusesChange('on demand with throughput', simple(provisioned), { BillingMode: 'PAY_PER_REQUEST', ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 } },
      `${bad}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`),
    refusesChange('an index twice', withIndex(), createIndex(global('gsi', 'g', undefined, 'ALL'), { g: 'S' }), 'Attempting to create an index which already exists'),
    refusesChange('an index without definition', composite(), createIndex(global('gsi', 'unknown', undefined, 'ALL')), /Some index key attributes are not defined in AttributeDefinitions/),
    refusesChange('no missing index', composite(), { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'none' } }] }, 'Requested resource not found', 'ResourceNotFoundException'),
    refusesChange('two indexes at once', composite(), {
      AttributeDefinitions: [{ AttributeName: 'g', AttributeType: 'S' }], GlobalSecondaryIndexUpdates: [{ Create: global('gsi1', 'g', undefined, 'ALL') }, { Create: global('gsi2', 'g', undefined, 'ALL') }],
    }, 'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table', 'LimitExceededException'),
    refusesChange('a stream twice', simple({ StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } }), { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } }, /^Table already has an enabled stream/),

    custom('a deleted table is gone', async (ctx) => {
      const input = simple()
      await ctx.call('CreateTable', input)
      const out = await ctx.call('DeleteTable', { TableName: input.TableName })
      if (out.TableDescription.TableName !== input.TableName || out.TableDescription.TableStatus !== 'DELETING') throw new Error(JSON.stringify(out.TableDescription))
      const { TableNames } = await ctx.call('ListTables', {})
      if (TableNames.includes(input.TableName)) throw new Error('still listed')
      await ctx.call('CreateTable', input)
    }),
    steps('a protected table stays', ['CreateTable', simple({ TableName: 'protected', DeletionProtectionEnabled: true })],
      ['DeleteTable', { TableName: 'protected' }, fails('ValidationException', /protected against deletion/)],
      ['UpdateTable', { TableName: 'protected', DeletionProtectionEnabled: false }], ['DeleteTable', { TableName: 'protected' }]),
    refuses('deletes no missing table', 'DeleteTable', { TableName: 'none' }, 'ResourceNotFoundException', 'Requested resource not found: Table: none not found'),
    refuses('describes no missing table', 'DescribeTable', { TableName: 'none' }, 'ResourceNotFoundException', 'Requested resource not found: Table: none not found'),
    steps('a table twice, described', ['CreateTable', simple({ TableName: 'twice' })], ['CreateTable', simple({ TableName: 'twice' }), fails('ResourceInUseException', 'Table already exists: twice')]),
  ],
}
