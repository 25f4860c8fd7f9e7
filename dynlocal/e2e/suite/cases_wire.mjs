// What is below the SDK: headers, envelopes, compression and malformed bodies.
import { gzipSync } from 'node:zlib'
import { custom, raw } from './case.mjs'
import { table } from './tables.mjs'

const serialization = { __type: 'com.amazon.coral.service#SerializationException' }
const unknown = { __type: 'com.amazon.coral.service#UnknownOperationException' }
const missing = { __type: 'com.amazon.coral.service#MissingAuthenticationTokenException', message: 'Request is missing Authentication Token' }
const json = { 'Content-Type': 'application/x-amz-json-1.0' }
const says = (body, more = {}) => ({ status: 400, body, headers: { 'x-amzn-requestid': /^[0-9A-Z]{52}$/, 'content-type': 'application/x-amz-json-1.0', ...more } })
const anonymous = (name, headers, body, want) => raw(name, { anonymous: true, headers, body }, says(want, headers['Content-Type'] ? {} : { 'content-type': 'application/json' }))
const target = { 'X-Amz-Target': 'DynamoDB_20120810.ListTables' }

// shapes are the members of requests, by the shapes that the service expects in them.
const shapes = [
  ['PutItem', 'TableName', 'String'], ['PutItem', 'Item', 'Map'], ['PutItem', 'Item.a', 'Value'], ['PutItem', 'Item.a.S', 'String'], ['PutItem', 'Item.a.N', 'String'], ['PutItem', 'Item.a.B', 'Blob'],
  ['PutItem', 'Item.a.BOOL', 'Boolean'], ['PutItem', 'Item.a.NULL', 'Boolean'], ['PutItem', 'Item.a.SS', 'List'], ['PutItem', 'Item.a.SS.0', 'String'], ['PutItem', 'Item.a.NS.0', 'String'],
  ['PutItem', 'Item.a.BS.0', 'Blob'], ['PutItem', 'Item.a.L', 'List'], ['PutItem', 'Item.a.L.0', 'Value'], ['PutItem', 'Item.a.M', 'Map'], ['PutItem', 'Item.a.M.b', 'Value'],
  ['PutItem', 'ConditionExpression', 'String'], ['PutItem', 'ExpressionAttributeValues', 'Map'], ['PutItem', 'ExpressionAttributeValues.x', 'Value'], ['PutItem', 'ReturnValues', 'String'],
  ['GetItem', 'ConsistentRead', 'Boolean'], ['GetItem', 'Key', 'Map'], ['GetItem', 'ProjectionExpression', 'String'], ['GetItem', 'ExpressionAttributeNames.x', 'String'], ['GetItem', 'AttributesToGet', 'List'],
  ['UpdateItem', 'UpdateExpression', 'String'], ['UpdateItem', 'Key.a', 'Value'], ['DeleteItem', 'Key.a.B', 'Blob'],
  ['Query', 'Limit', 'Integer'], ['Query', 'ScanIndexForward', 'Boolean'], ['Query', 'ExclusiveStartKey', 'Map'], ['Query', 'KeyConditionExpression', 'String'], ['Query', 'IndexName', 'String'],
  ['Scan', 'Segment', 'Integer'], ['Scan', 'TotalSegments', 'Integer'], ['Scan', 'Select', 'String'], ['Scan', 'ReturnConsumedCapacity', 'String'],
  ['BatchGetItem', 'RequestItems', 'Map:KeysAndAttributes'], ['BatchGetItem', 'RequestItems.abc', 'Element:KeysAndAttributes'], ['BatchGetItem', 'RequestItems.abc.Keys', 'List'],
  ['BatchGetItem', 'RequestItems.abc.ConsistentRead', 'Boolean'], ['BatchWriteItem', 'RequestItems.abc.0.PutRequest', 'Struct:PutRequest'], ['BatchWriteItem', 'RequestItems.abc.0.DeleteRequest.Key', 'Map'],
  ['TransactWriteItems', 'TransactItems', 'List'], ['TransactWriteItems', 'TransactItems.0', 'Element:TransactWriteItem'], ['TransactWriteItems', 'TransactItems.0.Put', 'Struct:Put'],
  ['TransactWriteItems', 'TransactItems.0.Update.Key', 'Map'], ['TransactWriteItems', 'ClientRequestToken', 'String'], ['TransactGetItems', 'TransactItems.0.Get.TableName', 'String'],
  ['CreateTable', 'KeySchema', 'List'], ['CreateTable', 'KeySchema.0', 'Element:KeySchemaElement'], ['CreateTable', 'KeySchema.0.KeyType', 'String'], ['CreateTable', 'ProvisionedThroughput', 'Struct:ProvisionedThroughput'],
  ['CreateTable', 'ProvisionedThroughput.ReadCapacityUnits', 'Long'], ['CreateTable', 'GlobalSecondaryIndexes.0.Projection', 'Struct:Projection'], ['CreateTable', 'DeletionProtectionEnabled', 'Boolean'],
  ['UpdateTimeToLive', 'TimeToLiveSpecification.Enabled', 'Boolean'], ['ListTables', 'Limit', 'Integer'], ['TagResource', 'Tags.0.Key', 'String'],
]

const tokens = [[true, 'TRUE'], [false, 'FALSE'], [23, 'NUMBER'], [-2147483648, 'NUMBER'], [34.56, 'DECIMAL'], ['23', 'STRING']]
const structure = 'Start of structure or map found where not expected'

// wrongValues gives what does not fit a shape, with what the service says of it.
function wrongValues(shape) {
  const [kind, of] = shape.split(':')
  const scalars = (message) => tokens.map(([v]) => [v, message])
  switch (kind) {
    case 'String': case 'Integer': case 'Long': {
      const fits = kind === 'String' ? ['STRING'] : ['NUMBER', 'DECIMAL']
      return [...tokens.filter(([, t]) => !fits.includes(t)).map(([v, t]) => [v, `${t}_VALUE cannot be converted to ${kind}`]), [{}, structure]]
    }
    case 'Boolean':
      return [['23', 'Unexpected token received from parser'], [23, 'NUMBER_VALUE cannot be converted to Boolean'], [34.56, 'DECIMAL_VALUE cannot be converted to Boolean'], [{}, structure]]
    case 'Blob':
      return [[true, 'only base-64-encoded strings are convertible to bytes'], [23, 'only base-64-encoded strings are convertible to bytes'], [{}, structure],
        ['23456', 'Base64 encoded length is expected a multiple of 4 bytes but found: 5']]
    case 'List':
      return [...scalars('Unexpected field type'), [{}, structure]]
    case 'Map': case 'Struct':
      return scalars('Unexpected field type')
    default:
      return scalars('Unexpected value type in payload')
  }
}

// nest builds the request in which a value stands at a path.
function nest(path, value) {
  return path.split('.').reverse().reduce((v, part) => (part === '0' ? [v] : { [part]: v }), value)
}

const wrongShapes = shapes.flatMap(([op, path, shape]) => wrongValues(shape).map(([value, message]) =>
  raw(`${op} ${path} ${JSON.stringify(value)}`, { op, body: JSON.stringify(nest(path, value)) }, { status: 400, body: { ...serialization, Message: message } })))

// malformed bodies are no JSON, whatever the operation.
const malformed = ['', '{', '}', '{"TableName"', '{"TableName":}', '{"TableName":"abc"', '{"TableName":"abc",}', '{"TableName":"a\nb"}', "{'TableName':'abc'}", '{"TableName":tru}', '{"Limit":01}', '{"a":1}}', 'null x']

export default {
  name: 'wire',
  // Malformed JSON and unsigned requests give an internal failure there, and its envelopes are its own.
  notLocal: true,
  setup: [table('hash', { pk: 'S' }, 'pk')],
  cases: [
    raw('GET is answered', { method: 'GET', anonymous: true }, { status: 200, text: 'healthy: dynamodb.us-east-1.amazonaws.com ', headers: { 'x-amzn-requestid': /^[0-9A-Z]{52}$/, 'x-amz-crc32': /^\d+$/ } }),
    raw('HEAD is answered', { method: 'HEAD', anonymous: true }, { status: 200, text: '' }),
    ...['PUT', 'DELETE', 'OPTIONS'].map((method) => raw(`${method} is not`, { method, anonymous: true }, { status: 404, text: '<UnknownOperationException/>\n', headers: { 'x-amz-crc32': '3552371480', 'content-length': '29' } })),
    raw('a body needs a type', { anonymous: true, body: 'hi', headers: { 'Content-Type': 'text/plain' } }, { status: 404, text: '<UnknownOperationException/>\n' }),
    raw('a body needs the type', { anonymous: true, body: 'hi', headers: { 'Content-Type': 'application/x-amz-json-1.1' } }, { status: 404, text: '<UnknownOperationException/>\n' }),
    raw('16 MB and a byte', { anonymous: true, body: 'a'.repeat(16 * 1024 * 1024 + 1), headers: json }, { status: 413 }),
    raw('a preflight', { method: 'OPTIONS', anonymous: true, headers: { Origin: 'x', 'Access-Control-Request-Headers': 'a, b', 'Access-Control-Request-Method': 'POST' } },
      { status: 200, text: '', headers: { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'a, b', 'access-control-allow-methods': 'POST', 'access-control-max-age': '172800' } }),
    anonymous('no target', json, '{}', unknown),
    anonymous('an unknown operation', { ...json, 'X-Amz-Target': 'DynamoDB_20120810.ListTable' }, '{}', unknown),
    anonymous('an unknown service', { ...json, 'X-Amz-Target': 'whatever' }, '{}', unknown),
    anonymous('no JSON comes first', { ...json, ...target }, 'hi', serialization),
    anonymous('no authorization', { ...json, ...target }, '{}', missing),
    anonymous('another authorization', { ...json, ...target, Authorization: 'Bearer x' }, '{}', missing),
    anonymous('an empty authorization', { ...json, ...target, Authorization: 'AWS4-' }, '{}', {
      __type: 'com.amazon.coral.service#IncompleteSignatureException',
      message: "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. " +
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-",
    }),
    raw('errors have an envelope', { op: 'GetItem', body: '{"TableName":"none","Key":{"pk":{"S":"a"}}}' },
      says({ __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message: 'Requested resource not found' })),
    raw('validation errors have another', { op: 'GetItem', body: '{"TableName":"none"}' },
      says({ __type: 'com.amazon.coral.validate#ValidationException', message: "1 validation error detected: Value null at 'key' failed to satisfy constraint: Member must not be null" })),
    raw('cancellations have their own', { op: 'TransactWriteItems', body: '{"TransactItems":[{"ConditionCheck":{"TableName":"hash","Key":{"pk":{"S":"a"}},"ConditionExpression":"attribute_exists(pk)"}}]}' },
      says({
        __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException', CancellationReasons: [{ Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' }],
        Message: 'Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed]',
      })),
    raw('the type of the request is that of the answer', { op: 'ListTables', body: '{}', headers: { 'Content-Type': 'application/json' } }, { status: 200, body: { TableNames: ['hash'] }, headers: { 'content-type': 'application/json' } }),
    raw('unknown members are ignored', { op: 'ListTables', body: '{"Limit":1,"Unknown":{"a":[1,{"b":null}]},"limit":"x"}' }, { status: 200 }),
    raw('null members are absent', { op: 'GetItem', body: '{"TableName":"hash","Key":{"pk":{"S":"a","N":null}},"ConsistentRead":null,"ProjectionExpression":null}' }, { status: 200, body: {} }),
    raw('fractions of whole numbers are cut', { op: 'ListTables', body: '{"Limit":5.7}' }, { status: 200 }),
    raw('words for booleans', { op: 'GetItem', body: '{"TableName":"hash","Key":{"pk":{"S":"a"}},"ConsistentRead":"true"}' }, { status: 200, body: {} }),
    raw('a value of no type', { op: 'GetItem', body: '{"TableName":"hash","Key":{"pk":{}}}' },
      says({ __type: 'com.amazon.coral.validate#ValidationException', message: 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes' })),
    raw('a value of two types', { op: 'GetItem', body: '{"TableName":"hash","Key":{"pk":{"S":"a","N":"1"}}}' },
      says({ __type: 'com.amazon.coral.validate#ValidationException', message: 'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes' })),
    raw('no items are counted', { op: 'Scan', body: '{"TableName":"hash"}' }, { status: 200, body: { Count: 0, Items: [], ScannedCount: 0 } }),
    ...malformed.map((body) => raw(`malformed: ${JSON.stringify(body)}`, { op: 'ListTables', body }, says(serialization))),
    ...wrongShapes,
    custom('compresses', async (ctx) => {
      const headers = (op) => ({ 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': `DynamoDB_20120810.${op}`, 'X-Amz-Date': 'x', Authorization: `AWS4-HMAC-SHA256 Credential=${ctx.account}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=abc` })
      const item = { pk: { S: 'packed' }, v: { S: 'x'.repeat(5000) } }
      const put = await fetch(ctx.endpoint, { method: 'POST', headers: { ...headers('PutItem'), 'Content-Encoding': 'gzip' }, body: gzipSync(JSON.stringify({ TableName: 'hash', Item: item })) })
      if (put.status !== 200) throw new Error(await put.text())
      const got = await fetch(ctx.endpoint, { method: 'POST', headers: { ...headers('GetItem'), 'Accept-Encoding': 'gzip' }, body: JSON.stringify({ TableName: 'hash', Key: { pk: item.pk } }) })
      if (got.headers.get('content-encoding') !== 'gzip') throw new Error('not compressed')
      if ((await got.json()).Item.v.S.length !== 5000) throw new Error('not what was sent')
    }),
  ],
}
