// Compares answers with expectations.
import { isDeepStrictEqual, inspect } from 'node:util'

const show = (v) => inspect(v, { depth: 12, breakLength: 160, maxStringLength: 300 })

// refusal compares an error with what is expected.
export function refusal(err, expected, codesOnly) {
  if (!expected.code) return `failed with ${err.name}: ${err.message}`
  if (err.name !== expected.code) return `failed with ${err.name}: ${err.message}\n     want ${expected.code}`
  if (codesOnly || saysOne(err.message, expected.message)) return expected.error ? differences(codesOnly ? silent(expected.error) : expected.error, codesOnly ? silent(err) : err) : ''
  return `says ${err.message}\n     want ${expected.message}`
}

// silent takes the messages out of the reasons of a cancellation.
function silent(error) {
  const reasons = error.CancellationReasons
  return { ...error, ...(Array.isArray(reasons) ? { CancellationReasons: reasons.map(({ Message, ...rest }) => rest) } : {}) }
}

function saysOne(text, want) {
  if (want === undefined) return true
  if (Array.isArray(want)) return want.some((w) => saysOne(text, w))
  return want instanceof RegExp ? want.test(text) : text === want
}

// differences compares the members of want with those of got.
export function differences(want, got, path = '') {
  for (const [name, w] of Object.entries(want)) {
    const g = got?.[name]
    const at = path + name
    if (typeof w === 'function') {
      if (!w(g)) return `${at} is ${show(g)}, which ${w} does not accept`
    } else if (!isDeepStrictEqual(canonical(w), canonical(g))) {
      return `${at} is ${show(g)}\n     want ${show(w)}`
    }
  }
  return ''
}

// canonical gives a value in a form in which equal ones are alike: sets have no order, and bytes one type.
function canonical(v) {
  if (v instanceof Uint8Array) return `bytes ${Buffer.from(v).toString('base64')}`
  if (Array.isArray(v)) return v.map(canonical)
  if (v === null || typeof v !== 'object') return v
  const out = {}
  for (const [k, e] of Object.entries(v)) {
    if (e === undefined || k === '$unknown') continue
    out[k] = canonical(e)
    if (['SS', 'NS', 'BS'].includes(k) && Array.isArray(out[k])) out[k].sort()
  }
  return out
}

// rawDifferences sends a request as it is and compares the response.
export async function rawDifferences(ctx, request, expected) {
  const headers = { ...(request.anonymous ? {} : signed(ctx, request.op)), ...request.headers }
  const response = await fetch(ctx.endpoint + (request.path ?? '/'), { method: request.method ?? 'POST', headers, body: request.body })
  const text = await response.text()
  if (expected.status && response.status !== expected.status) return `status ${response.status}: ${text}\n     want ${expected.status}`
  for (const [name, w] of Object.entries(expected.headers ?? {})) {
    const g = response.headers.get(name)
    if (!(w instanceof RegExp ? w.test(g ?? '') : g === w)) return `header ${name} is ${g}, want ${w}`
  }
  if (expected.text !== undefined && text !== expected.text) return `body is ${text}\n     want ${expected.text}`
  if (expected.body === undefined) return ''
  const got = JSON.parse(text)
  return isDeepStrictEqual(got, expected.body) ? '' : `body is ${text}\n     want ${JSON.stringify(expected.body)}`
}

// signed gives the headers of a request whose signature nobody verifies.
function signed(ctx, op) {
  const service = /^(ListStreams|DescribeStream|GetShardIterator|GetRecords)$/.test(op) ? 'DynamoDBStreams_20120810' : 'DynamoDB_20120810'
  return {
    'Content-Type': 'application/x-amz-json-1.0',
    'X-Amz-Target': `${service}.${op}`,
    'X-Amz-Date': '20260101T000000Z',
    Authorization: `AWS4-HMAC-SHA256 Credential=${ctx.account}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=abc`,
  }
}
