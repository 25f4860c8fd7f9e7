// ListTables, with tables of its own.
import { answers, custom, invalid, one, valueAt } from './case.mjs'
import { table } from './tables.mjs'

const names = ['Zebra', 'alpha', 'beta.x', 'beta_x', 'gamma-1']

export default {
  name: 'ListTables',
  setup: [...names].reverse().map((name) => table(name, { pk: 'S' }, 'pk')),
  cases: [
    answers('lists in order', 'ListTables', {}, { TableNames: names, LastEvaluatedTableName: undefined }),
    answers('lists some', 'ListTables', { Limit: 2 }, { TableNames: names.slice(0, 2), LastEvaluatedTableName: 'alpha' }),
    answers('lists the rest', 'ListTables', { ExclusiveStartTableName: 'alpha' }, { TableNames: names.slice(2), LastEvaluatedTableName: undefined }),
    answers('starts after what is no table', 'ListTables', { ExclusiveStartTableName: 'beta' }, { TableNames: names.slice(2) }),
    answers('starts after the last', 'ListTables', { ExclusiveStartTableName: 'zzz' }, { TableNames: [] }),
    answers('exactly all', 'ListTables', { Limit: 5 }, { TableNames: names, LastEvaluatedTableName: undefined }),
    custom('pages of two', async (ctx) => {
      const found = []
      for (let start; ; ) {
        const page = await ctx.call('ListTables', { Limit: 2, ExclusiveStartTableName: start })
        found.push(...page.TableNames)
        start = page.LastEvaluatedTableName
        if (!start) break
      }
      if (found.join() !== names.join()) throw new Error(found.join())
    }),
    invalid('refuses a limit of 0', 'ListTables', { Limit: 0 }, one(valueAt("'0'", 'limit', 'Member must have value greater than or equal to 1'))),
    invalid('refuses a limit of 101', 'ListTables', { Limit: 101 }, one(valueAt("'101'", 'limit', 'Member must have value less than or equal to 100'))),
    invalid('refuses a short name', 'ListTables', { ExclusiveStartTableName: 'ab' }, one(valueAt("'ab'", 'exclusiveStartTableName', 'Member must have length greater than or equal to 3'))),
    invalid('reports all together', 'ListTables', { ExclusiveStartTableName: 'a;', Limit: 500 }, /^3 validation errors detected: /),
  ],
}
