// Runs the suite against an endpoint and reports what fails.
//
//   node main.mjs --engine dynlocal|local ENDPOINT [SUITE…]
//
// Of DynamoDB Local only codes and results are compared, as its messages are its own; where it is known to differ,
// allow.mjs has a row with the reason, and a row that is not needed is an error too.
import { readdirSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { allowed, stale } from './allow.mjs'
import { differences, refusal, rawDifferences } from './compare.mjs'
import { dynamodb, options, streams } from './sdk.mjs'

const [, , , engine, endpoint, ...only] = process.argv
const isLocal = engine === 'local'

// suites loads the files that have cases.
async function suites() {
  const here = new URL('.', import.meta.url)
  const files = readdirSync(here).filter((f) => f.startsWith('cases_')).sort()
  const all = []
  for (const f of files) {
    const { default: suite } = await import(new URL(f, here))
    if (isLocal && suite.notLocal) continue
    if (only.length === 0 || only.includes(suite.name)) all.push(suite)
  }
  return all
}

// context is what the cases of a suite share: an account of its own.
function context() {
  const account = randomUUID().replaceAll('-', '')
  const ddb = new dynamodb.DynamoDBClient(options(endpoint, account))
  const sts = new streams.DynamoDBStreamsClient(options(endpoint, account))
  const call = (op, input) => {
    if (dynamodb[op + 'Command']) return ddb.send(new dynamodb[op + 'Command'](input))
    return sts.send(new streams[op + 'Command'](input))
  }
  return { account, endpoint, ddb, call, isLocal }
}

// play runs a case and gives what is wrong with it, empty if nothing is.
async function play(c, ctx) {
  try {
    return await judge(c, ctx)
  } catch (e) {
    return `judging failed: ${e.stack ?? e}`
  }
}

async function judge(c, ctx) {
  if (c.run) return c.run(ctx).then(() => '', (e) => e.message ?? String(e))
  if (c.raw) return rawDifferences(ctx, c.raw, c.expected)
  for (const [op, input, expected] of c.steps) {
    const wrong = await step(ctx, op, typeof input === 'function' ? input(ctx) : input, expected)
    if (wrong) return `${op}: ${wrong}`
  }
  return ''
}

async function step(ctx, op, input, expected) {
  let got
  try {
    got = await ctx.call(op, input)
  } catch (e) {
    return refusal(e, expected, isLocal)
  }
  if (expected.code) return `succeeded, want ${expected.code}: ${expected.message ?? ''}`
  ctx.last = got
  return differences(expected.want, got)
}

async function runSuite(suite, totals) {
  const ctx = context()
  for (const [op, input] of suite.setup ?? []) await ctx.call(op, input)
  for (const c of suite.cases) {
    const id = `${suite.name}: ${c.name}`
    if (totals.seen.has(id)) throw new Error(`two cases are called ${id}`)
    totals.seen.add(id)
    const wrong = await play(c, ctx)
    const reason = isLocal ? allowed(id) : undefined
    if (!wrong && !reason) totals.passed++
    else if (wrong && reason) totals.allowed++
    else {
      totals.failed++
      console.log(`FAIL ${id}\n     ${wrong || `passes, though allow.mjs says: ${reason}`}`)
    }
  }
}

const totals = { seen: new Set(), passed: 0, allowed: 0, failed: 0 }
for (const suite of await suites()) await runSuite(suite, totals)
if (isLocal && only.length === 0) {
  for (const id of stale(totals.seen)) {
    totals.failed++
    console.log(`FAIL allow.mjs has a row for ${id}, which is no case`)
  }
}
console.log(`${totals.seen.size} cases on ${engine}: ${totals.passed} passed, ${totals.allowed} differ as known, ${totals.failed} failed`)
process.exit(totals.failed ? 1 : 0)
