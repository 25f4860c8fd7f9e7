// Scan: pages, segments, filters, and what is refused.
import { N, S, answers, custom, invalid, one, refuses, valueAt } from './case.mjs'
import { all } from './tables.mjs'

const count = 20
const seeds = Array.from({ length: count }, (_, i) => ['PutItem', { TableName: 'comp', Item: { pk: S(`p${i % 7}`), sk: S(`s${i}`), i: N(i) } }])
const some = ['PutItem', { TableName: 'indexed', Item: { pk: S('p'), sk: S('s'), a: S('A'), b: S('B'), n: N(1), data: S('d'), extra: S('e') } }]
const scan = (more = {}) => ({ TableName: 'comp', ...more })

// everything reads all pages of a scan and gives the numbers found, in order, and the count of pages.
async function everything(ctx, input) {
  const found = []
  let pages = 0
  for (let start; ; pages++) {
    const page = await ctx.call('Scan', { ...input, ExclusiveStartKey: start })
    found.push(...page.Items.map((i) => Number(i.i.N)))
    start = page.LastEvaluatedKey
    if (!start) return { found, pages: pages + 1 }
  }
}

const sorted = (list) => JSON.stringify([...list].sort((a, b) => a - b))
const allOf = sorted(Array.from({ length: count }, (_, i) => i))

const complete = (name, inputs) => custom(name, async (ctx) => {
  const found = []
  for (const input of inputs) found.push(...(await everything(ctx, input)).found)
  if (sorted(found) !== allOf) throw new Error(`found ${sorted(found)}`)
})

export default {
  name: 'Scan',
  setup: [...all, ...seeds, some],
  cases: [
    answers('finds all', 'Scan', scan(), { Count: count, ScannedCount: count, LastEvaluatedKey: undefined, ConsumedCapacity: undefined }),
    answers('finds nothing', 'Scan', { TableName: 'hash' }, { Count: 0, ScannedCount: 0, Items: [], LastEvaluatedKey: undefined }),
    complete('pages of three', [scan({ Limit: 3 })]),
    complete('pages of one', [scan({ Limit: 1 })]),
    ...[1, 2, 3, 7].map((n) => complete(`${n} segments`, Array.from({ length: n }, (_, i) => scan({ Segment: i, TotalSegments: n, Limit: 2 })))),
    custom('the order is the same each time', async (ctx) => {
      const [a, b] = [await everything(ctx, scan()), await everything(ctx, scan({ Limit: 4 }))]
      if (JSON.stringify(a.found) !== JSON.stringify(b.found)) throw new Error(`${a.found} and ${b.found}`)
    }),
    answers('filters', 'Scan', scan({ FilterExpression: 'i < :n', ExpressionAttributeValues: { ':n': N(5) } }), { Count: 5, ScannedCount: count }),
    answers('a limit is counted before the filter', 'Scan', scan({ Limit: 4, FilterExpression: 'i < :n', ExpressionAttributeValues: { ':n': N(0) } }),
      { Count: 0, ScannedCount: 4, Items: [], LastEvaluatedKey: (k) => k?.pk && k?.sk }),
    answers('filters by key', 'Scan', scan({ FilterExpression: 'pk = :p', ExpressionAttributeValues: { ':p': S('p0') } }), { Count: 3 }),
    answers('counts', 'Scan', scan({ Select: 'COUNT' }), { Count: count, Items: undefined }),
    answers('projects', 'Scan', scan({ ProjectionExpression: '#i', ExpressionAttributeNames: { '#i': 'i' }, Limit: 1 }), { Items: (l) => Object.keys(l[0]).join() === 'i' }),
    answers('costs', 'Scan', scan({ ReturnConsumedCapacity: 'TOTAL' }), { ConsumedCapacity: { TableName: 'comp', CapacityUnits: 0.5 } }),
    answers('costs more when consistent', 'Scan', scan({ ReturnConsumedCapacity: 'TOTAL', ConsistentRead: true }), { ConsumedCapacity: { TableName: 'comp', CapacityUnits: 1 } }),
    answers('an index', 'Scan', { TableName: 'indexed', IndexName: 'gsiKeys' }, { Items: [{ pk: S('p'), sk: S('s'), a: S('A'), b: S('B') }] }),
    answers('an index with a limit', 'Scan', { TableName: 'indexed', IndexName: 'gsiMulti', Limit: 1 }, { LastEvaluatedKey: { pk: S('p'), sk: S('s'), a: S('A'), b: S('B'), n: N(1) } }),
    answers('a local index', 'Scan', { TableName: 'indexed', IndexName: 'lsiKeys', ConsistentRead: true }, { Items: [{ pk: S('p'), sk: S('s'), b: S('B') }] }),
    refuses('needs a table that exists', 'Scan', { TableName: 'none' }, 'ResourceNotFoundException', 'Requested resource not found'),
    invalid('needs an index that exists', 'Scan', scan({ IndexName: 'none' }), 'The table does not have the specified index: none'),
    invalid('needs all segments', 'Scan', scan({ Segment: 0 }), 'The TotalSegments parameter is required but was not present in the request when Segment parameter is present'),
    invalid('needs a segment', 'Scan', scan({ TotalSegments: 4 }), 'The Segment parameter is required but was not present in the request when parameter TotalSegments is present'),
    invalid('needs a segment below all', 'Scan', scan({ Segment: 5, TotalSegments: 5 }), 'The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 5 is not less than TotalSegments: 5'),
    invalid('refuses segment -1', 'Scan', scan({ Segment: -1, TotalSegments: 4 }), one(valueAt("'-1'", 'segment', 'Member must have value greater than or equal to 0'))),
    invalid('refuses no segments', 'Scan', scan({ Segment: 0, TotalSegments: 0 }), one(valueAt("'0'", 'totalSegments', 'Member must have value greater than or equal to 1'))),
    invalid('refuses 1000001 segments', 'Scan', scan({ Segment: 0, TotalSegments: 1000001 }), one(valueAt("'1000001'", 'totalSegments', 'Member must have value less than or equal to 1000000'))),
    invalid('refuses a limit of 0', 'Scan', scan({ Limit: 0 }), one(valueAt("'0'", 'limit', 'Member must have value greater than or equal to 1'))),
    invalid('knows its values of Select', 'Scan', scan({ Select: 'X' }), one(valueAt("'X'", 'select', 'Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]'))),
    invalid('refuses an empty filter', 'Scan', scan({ FilterExpression: '' }), 'Invalid FilterExpression: The expression can not be empty;'),
    invalid('refuses undefined names though nothing matches', 'Scan', scan({ FilterExpression: 'pk = :n', ExpressionAttributeValues: { ':n': S('no') }, ProjectionExpression: '#u' }),
      'Invalid ProjectionExpression: An expression attribute name used in the document path is not defined; attribute name: #u'),
    invalid('refuses values without expressions', 'Scan', scan({ ExpressionAttributeValues: { ':n': S('no') } }), /^ExpressionAttributeValues can only be specified when using expressions/),
    invalid('names the bad value', 'Scan', scan({ FilterExpression: 'i = :n', ExpressionAttributeValues: { ':n': N('abc') } }),
      'ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: abc for key :n'),
    invalid('refuses consistent reads of a global index', 'Scan', { TableName: 'indexed', IndexName: 'gsiAll', ConsistentRead: true }, 'Consistent reads are not supported on global secondary indexes'),
    invalid('refuses a start key that is no key', 'Scan', scan({ ExclusiveStartKey: { pk: S('p') } }), 'The provided starting key is invalid: The provided key element does not match the schema'),
    invalid('refuses a start key of another segment', 'Scan', (() => scan({ Segment: 0, TotalSegments: 1000000, ExclusiveStartKey: { pk: S('p0'), sk: S('s0') } }))(), undefined),
  ],
}
