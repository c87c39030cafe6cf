// What the CASE and IIF of a statement ask for, and what they leave out. Pure.
import { plainName } from '../../src/sql/names.js'

/**
 * Whether one of them asks what a column holds, so that other values may get another result. Whether it is NULL tells nothing
 * of its values.
 */
export function tellsApart(tokens: readonly string[], column: string): boolean {
  let open = 0
  let until = -1
  return tokens.some((token, at) => {
    if (token === 'CASE' || token === 'WHEN') open = 1
    if (token === 'THEN' || token === 'END') open = 0
    if (token === 'IIF') until = endOfFirst(tokens, at + 1)
    const isAsked = open > 0 || at < until
    return isAsked && plainName(token) === column && !NULL_TEST.test(tokens[at + 1] ?? '')
  })
}

const NULL_TEST = /^(?:IS|ISNULL|NOTNULL|NOT)$/

/** Where the first argument of a call ends, whose bracket opens at a place. */
function endOfFirst(tokens: readonly string[], open: number): number {
  let depth = 0
  for (let at = open; at < tokens.length; at++) {
    if (tokens[at] === '(') depth++
    if (tokens[at] === ')') depth--
    if (depth === 0 || (depth === 1 && tokens[at] === ',')) return at
  }
  return tokens.length
}

/** The columns, in lower case, that a CASE without ELSE asks for. */
export function columnsOfOpenCases(tokens: readonly string[]): ReadonlySet<string> {
  const open: Case[] = []
  const ended: Case[] = []
  for (const token of tokens) {
    const own = open.at(-1)
    if (token === 'CASE') open.push({ asked: [], isAsking: true, hasElse: false })
    else if (token === 'END') ended.push(...open.splice(-1))
    else if (own) note(own, token)
  }
  return new Set(ended.flatMap(({ hasElse, asked }) => (hasElse ? [] : asked)))
}

interface Case {
  readonly asked: string[]
  isAsking: boolean
  hasElse: boolean
}

function note(own: Case, token: string): void {
  if (token === 'ELSE') own.hasElse = true
  if (token === 'WHEN' || token === 'THEN' || token === 'ELSE') own.isAsking = token === 'WHEN'
  else if (own.isAsking) own.asked.push(plainName(token))
}
