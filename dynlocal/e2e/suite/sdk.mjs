// The SDK, from where run.sh has installed it: imports look in parent directories only.
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(join(process.env.DYN_JS_MODULES, 'index.js'))

export const dynamodb = require('@aws-sdk/client-dynamodb')
export const streams = require('@aws-sdk/client-dynamodb-streams')
export const lib = require('@aws-sdk/lib-dynamodb')
export const util = require('@aws-sdk/util-dynamodb')

// options gives those of a client of an account, each of which has tables of its own.
export function options(endpoint, account) {
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId: account, secretAccessKey: 'secret' }, maxAttempts: 1 }
}
