// The tables that the cases share.

const key = (hash, range) => [
  { AttributeName: hash, KeyType: 'HASH' },
  ...(range ? [{ AttributeName: range, KeyType: 'RANGE' }] : []),
]

const define = (types) => Object.entries(types).map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }))

export const table = (TableName, types, hash, range, more = {}) => [
  'CreateTable',
  { TableName, BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions: define(types), KeySchema: key(hash, range), ...more },
]

export const hash = table('hash', { pk: 'S' }, 'pk')
export const hashN = table('hashN', { pk: 'N' }, 'pk')
export const hashB = table('hashB', { pk: 'B' }, 'pk')
export const comp = table('comp', { pk: 'S', sk: 'S' }, 'pk', 'sk')
export const compN = table('compN', { pk: 'S', sk: 'N' }, 'pk', 'sk')
export const compB = table('compB', { pk: 'S', sk: 'B' }, 'pk', 'sk')

const projection = (type, ...names) => ({ ProjectionType: type, ...(names.length ? { NonKeyAttributes: names } : {}) })

export const local = (IndexName, range, ...p) => ({ IndexName, KeySchema: key('pk', range), Projection: projection(...p) })
export const global = (IndexName, hash, range, ...p) => ({ IndexName, KeySchema: key(hash, range), Projection: projection(...p) })

// indexed has indexes of every kind.
export const indexed = table('indexed', { pk: 'S', sk: 'S', a: 'S', b: 'S', n: 'N' }, 'pk', 'sk', {
  LocalSecondaryIndexes: [local('lsiAll', 'a', 'ALL'), local('lsiKeys', 'b', 'KEYS_ONLY')],
  GlobalSecondaryIndexes: [
    global('gsiAll', 'a', 'n', 'ALL'),
    global('gsiSome', 'a', undefined, 'INCLUDE', 'data'),
    global('gsiKeys', 'b', 'a', 'KEYS_ONLY'),
    {
      IndexName: 'gsiMulti',
      KeySchema: [
        { AttributeName: 'a', KeyType: 'HASH' }, { AttributeName: 'b', KeyType: 'HASH' },
        { AttributeName: 'n', KeyType: 'RANGE' }, { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      Projection: projection('ALL'),
    },
  ],
})

export const all = [hash, hashN, hashB, comp, compN, compB, indexed]
