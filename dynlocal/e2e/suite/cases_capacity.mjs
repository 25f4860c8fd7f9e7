// What a write costs in the indexes, and how pages go on between entries of one key.
import { N, S, gives, steps } from './case.mjs'
import { global, local, table } from './tables.mjs'

const ladder = table('ladder', { pk: 'S', sk: 'S', g: 'S', l: 'N' }, 'pk', 'sk', {
  LocalSecondaryIndexes: [local('byL', 'l', 'INCLUDE', 'seen')],
  GlobalSecondaryIndexes: [global('byG', 'g', undefined, 'INCLUDE', 'seen')],
})

let n = 0
const costs = { TableName: 'ladder', ReturnConsumedCapacity: 'INDEXES' }

// spends is what a write is told to have cost, of which an index without a cost is no part.
const spends = (units, g, l) => gives({
  ConsumedCapacity: {
    TableName: 'ladder', CapacityUnits: units + (g ?? 0) + (l ?? 0), Table: { CapacityUnits: units },
    GlobalSecondaryIndexes: g && { byG: { CapacityUnits: g } },
    LocalSecondaryIndexes: l && { byL: { CapacityUnits: l } },
  },
})

// changes puts the item before, then costs the update.
function changes(name, before, UpdateExpression, values, want) {
  const Key = { pk: S(`c${n++}`), sk: S('s') }
  const put = ['PutItem', { TableName: 'ladder', Item: { ...Key, ...before } }]
  return steps(name, ...(before ? [put] : []),
    ['UpdateItem', { ...costs, Key, UpdateExpression, ...(values ? { ExpressionAttributeValues: values } : {}) }, want])
}

// overwrites puts one item and then costs another with its key.
function overwrites(name, before, after, want) {
  const Key = { pk: S(`o${n++}`), sk: S('s') }
  return steps(name, ['PutItem', { TableName: 'ladder', Item: { ...Key, ...before } }], ['PutItem', { ...costs, Item: { ...Key, ...after } }, want])
}

// rounds are the cases of an item of some bytes, which costs so much to write and to read.
function rounds(bytes, written, read) {
  const Key = { pk: S(`r${n++}`), sk: S('s') }
  const size = bytes - 2 - Key.pk.S.length - 2 - 1 - 1
  const one = { TableName: 'ladder', Key, ReturnConsumedCapacity: 'TOTAL' }
  return steps(`${bytes} bytes`,
    ['PutItem', { TableName: 'ladder', ReturnConsumedCapacity: 'TOTAL', Item: { ...Key, v: S('x'.repeat(size)) } }, gives({ ConsumedCapacity: { TableName: 'ladder', CapacityUnits: written } })],
    ['GetItem', one, gives({ ConsumedCapacity: { TableName: 'ladder', CapacityUnits: read / 2 } })],
    ['GetItem', { ...one, ConsistentRead: true }, gives({ ConsumedCapacity: { TableName: 'ladder', CapacityUnits: read } })],
    ['DeleteItem', one, gives({ ConsumedCapacity: { TableName: 'ladder', CapacityUnits: written } })])
}

// deletes costs taking the item away again.
function deletes(name, before, want) {
  const Key = { pk: S(`d${n++}`), sk: S('s') }
  return steps(name, ...(before ? [['PutItem', { TableName: 'ladder', Item: { ...Key, ...before } }]] : []), ['DeleteItem', { ...costs, Key }, want])
}

const both = { g: S('g'), l: N(1), seen: S('x') }
const wide = { ...both, seen: S('x'.repeat(1500)) }

// tied has five entries of one index key, whose pages of two have to give each once.
const tied = ['1', '2', '3', '4', '5'].map((i) => ['PutItem', { TableName: 'ladder', Item: { pk: S(`t${i}`), sk: S('s'), g: S('tied') } }])
const pages = (name, op, input) => ({
  name: `goes on between entries of one index key: ${name}`,
  run: async (ctx) => {
    for (const [put, item] of tied) await ctx.call(put, item)
    const seen = []
    let ExclusiveStartKey
    do {
      const page = await ctx.call(op, { TableName: 'ladder', IndexName: 'byG', Limit: 2, ExclusiveStartKey, ...input })
      if (page.Items.length > 2) throw new Error(`a page of ${page.Items.length}`)
      seen.push(...page.Items.map((item) => item.pk.S).filter((pk) => pk.startsWith('t')))
      ExclusiveStartKey = page.LastEvaluatedKey
    } while (ExclusiveStartKey)
    const got = seen.sort().join()
    if (got !== 't1,t2,t3,t4,t5') throw new Error(`saw ${got}`)
  },
})
const tiedQuery = { KeyConditionExpression: 'g = :g', ExpressionAttributeValues: { ':g': S('tied') } }

export default {
  name: 'capacity',
  setup: [ladder],
  cases: [
    rounds(1024, 1, 1), rounds(1025, 2, 1), rounds(2048, 2, 1), rounds(2049, 3, 1), rounds(4096, 4, 1), rounds(4097, 5, 2), rounds(8192, 8, 2), rounds(8193, 9, 3), rounds(409600, 400, 100),
    changes('an item in no index', undefined, 'SET unseen = :v', { ':v': N(1) }, spends(1)),
    changes('an item in both indexes', undefined, 'SET g = :g, l = :l', { ':g': S('g'), ':l': N(1) }, spends(1, 1, 1)),
    changes('a change that no index sees', both, 'SET unseen = :v', { ':v': N(1) }, spends(1)),
    changes('a change that both indexes see', both, 'SET seen = :v', { ':v': S('y') }, spends(1, 1, 1)),
    changes('a change to what it was', both, 'SET seen = :v', { ':v': S('x') }, spends(1)),
    changes('another key of the global index', both, 'SET g = :g', { ':g': S('h') }, spends(1, 2)),
    changes('another key of the local index', both, 'SET l = :l', { ':l': N(2) }, spends(1, undefined, 2)),
    changes('the same key in other digits', both, 'SET l = :l', { ':l': N('1.0') }, spends(1)),
    changes('a key taken away', both, 'REMOVE g', undefined, spends(1, 1)),
    changes('both keys taken away', both, 'REMOVE g, l', undefined, spends(1, 1, 1)),
    changes('a key that comes', { seen: S('x') }, 'SET g = :g', { ':g': S('g') }, spends(1, 1)),
    changes('two kilobytes seen by both', wide, 'SET seen = :v', { ':v': S('y'.repeat(1500)) }, spends(2, 2, 2)),
    changes('two kilobytes under another key', wide, 'SET g = :g', { ':g': S('h') }, spends(2, 4)),
    overwrites('the same again', both, both, spends(1)),
    overwrites('the same but for what no index sees', both, { ...both, unseen: N(1) }, spends(1)),
    overwrites('without the keys', both, {}, spends(1, 1, 1)),
    overwrites('smaller', wide, both, spends(2, 2, 2)),
    deletes('in both indexes', both, spends(1, 1, 1)),
    deletes('in one index', { g: S('g') }, spends(1, 1)),
    deletes('in no index', {}, spends(1)),
    deletes('nothing', undefined, spends(1)),
    deletes('two kilobytes', wide, spends(2, 2, 2)),
    pages('Query', 'Query', tiedQuery),
    pages('Query backwards', 'Query', { ...tiedQuery, ScanIndexForward: false }),
    pages('Scan', 'Scan', {}),
  ],
}
