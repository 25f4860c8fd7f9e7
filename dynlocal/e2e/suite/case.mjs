// What the tables of cases are made of.

// refuses is a request that fails with the code. A message is a text, a pattern, or a list of what may be said; without
// one, any will do.
export const refuses = (name, op, input, code, message) => ({ name, steps: [[op, input, { code, message }]] })

// invalid is refuses for the most common code.
export const invalid = (name, op, input, message) => refuses(name, op, input, 'ValidationException', message)

// answers is a request whose answer has the members of want; a member may be a function that judges it, and undefined
// means that the answer has none of the name.
export const answers = (name, op, input, want = {}) => ({ name, steps: [[op, input, { want }]] })

// steps is several requests, of which only those with an expectation are judged; all others have to succeed.
export const steps = (name, ...list) => ({ name, steps: list.map(([op, input, expected]) => [op, input, expected ?? { want: {} }]) })

// gives and fails are expectations of steps.
export const gives = (want) => ({ want })
export const fails = (code, message) => ({ code, message })

// raw is a request that the SDK would not send: its own headers and body. Its expectation has status, headers and body.
export const raw = (name, request, expected) => ({ name, raw: request, expected })

// custom is a case of its own, which throws if it fails.
export const custom = (name, run) => ({ name, run })

export const S = (s) => ({ S: s })
export const N = (n) => ({ N: String(n) })
export const B = (...bytes) => ({ B: new Uint8Array(bytes) })
export const L = (...elems) => ({ L: elems })
export const M = (members) => ({ M: members })
export const BOOL = (b) => ({ BOOL: b })
export const NULL = { NULL: true }
export const SS = (...elems) => ({ SS: elems })
export const NS = (...elems) => ({ NS: elems.map(String) })
export const BS = (...elems) => ({ BS: elems.map((e) => new Uint8Array(e)) })

// deep is a value inside so many maps.
export function deep(levels) {
  let v = S('leaf')
  for (let i = 0; i < levels; i++) v = M({ n: v })
  return v
}

// one is the form of messages about members of the request.
export const one = (m) => `1 validation error detected: ${m}`

// valueAt is the text of a constraint that a member fails.
export const valueAt = (value, member, constraint) => `Value ${value} at '${member}' failed to satisfy constraint: ${constraint}`

export const oneOf = (...messages) => messages
