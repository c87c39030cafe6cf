// Builds a short text that a JavaScript regular expression matches. Pure.
import { orElse } from '../../../../src/model/or-else.js'

/** Returns a non-empty text that the pattern matches; null if none is found. */
export function matchingText(source: string, flags: string): string | null {
  const text = branchAt({ source, at: 0 })
  const isFound = orElse(() => new RegExp(source, flags.replace(/[gy]/g, '')).test(text), false)
  return isFound && text !== '' ? text : null
}

/** The position of the parser. */
interface Reader {
  readonly source: string
  at: number
}

/** Builds the first of several alternatives and skips the rest of the group. */
function branchAt(reader: Reader): string {
  let text = ''
  let isFirst = true
  while (reader.at < reader.source.length) {
    const next = reader.source[reader.at]
    if (next === ')') break
    if (next === '|') {
      isFirst = false
      reader.at++
      continue
    }
    const piece = pieceAt(reader)
    if (isFirst) text += piece
  }
  return text
}

/** One character, class or group, repeated as often as required; optional parts appear once. */
function pieceAt(reader: Reader): string {
  const piece = atomAt(reader)
  const [quantifier, least] =
    /^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/.exec(reader.source.slice(reader.at)) ?? []
  reader.at += quantifier?.length ?? 0
  return piece.repeat(Math.min(Number(least ?? 1), MOST))
}

const MOST = 100

function atomAt(reader: Reader): string {
  const { source } = reader
  const sign = source[reader.at++]!
  if (sign === '\\') return escaped(source[reader.at++] ?? '')
  if (sign === '[') return classAt(reader)
  if (sign === '(') return groupAt(reader)
  return sign === '.' ? 'a' : sign === '^' || sign === '$' ? '' : sign
}

/** Lookaheads and lookbehinds match no characters. */
function groupAt(reader: Reader): string {
  const [head = ''] = /^\?(?:[:=!]|<[=!]|<\w+>)/.exec(reader.source.slice(reader.at)) ?? []
  reader.at += head.length
  const text = branchAt(reader)
  reader.at++
  return /[=!]/.test(head) ? '' : text
}

/** A character that the class contains. */
function classAt(reader: Reader): string {
  const { source } = reader
  const start = reader.at
  while (reader.at < source.length && source[reader.at] !== ']')
    reader.at += source[reader.at] === '\\' ? 2 : 1
  const pattern = orElse(() => new RegExp(`^[${source.slice(start, reader.at)}]$`), null)
  reader.at++
  return [...'a0A -_.,:;/@#+\n\t'].find((one) => pattern?.test(one)) ?? source[start] ?? ''
}

const escaped = (sign: string): string => ESCAPED.get(sign) ?? (/\w/.test(sign) ? '' : sign)

const ESCAPED = new Map([
  ['d', '0'],
  ['w', 'a'],
  ['s', ' '],
  ['D', 'a'],
  ['W', '-'],
  ['S', 'a'],
  ['n', '\n'],
  ['t', '\t'],
])
