// Detects SQL whose result differs each time it runs.
import { CLOCK_FUNCTIONS } from '../../sql/clock-functions.js'
import { wordsOf } from '../../sql/word-reader.js'
import type { Word } from '../../sql/statement.js'
import { insideOf } from '../../sql/brackets.js'
import { clauseAround } from '../../sql/clause-around.js'

/** Checked first, so that scripts full of data need not be tokenized. */
const SUSPECT = /random|current_|date|time|julianday|strftime|unixepoch/i

/** A part of a statement, as it is written, with its offset. */
export interface Unsteady {
  readonly text: string
  readonly start: number
  /** Whether it selects rows, rather than being written. */
  readonly chooses: boolean
}

/**
 * The first part of a statement whose result depends on the clock, the time zone or chance: `random()`, `CURRENT_DATE`,
 * `datetime('now')`, `date(at, 'localtime')`; null if there is none. Quoted text does not count.
 */
export function unsteadySql(sql: string): Unsteady | null {
  if (!SUSPECT.test(sql)) return null
  const words = [...wordsOf(sql)]
  for (const [at, word] of words.entries()) {
    const text = unsteadyAt(words, at)
    if (text !== null) return { text, start: word.start, chooses: isChoosing(words, at) }
  }
  return null
}

function unsteadyAt(words: readonly Word[], at: number): string | null {
  const word = words[at]!
  if (word.kind !== 'word') return null
  const isCall = words[at + 1]?.key === '('
  if (!isCall) return CLOCK.has(word.key) && !isMember(words, at) ? word.text : null
  if (CHANCE.has(word.key)) return `${word.text}()`
  if (CLOCK_FUNCTIONS[word.key] === undefined && word.key !== 'timediff') return null
  const inside = insideOf(words, at + 1)
  return asksClock(word.key, inside) ? shown(word, inside) : null
}

/** Whether the innermost clause around a word selects rows. */
const isChoosing = (words: readonly Word[], at: number): boolean =>
  CHOOSES.has(clauseAround(words, at, CLAUSES) ?? '')

const CHOOSES = new Set(['from', 'on', 'where', 'having', 'order', 'limit'])
const CLAUSES = new Set([...CHOOSES, 'select', 'set', 'values'])

const CLOCK = new Set(['current_timestamp', 'current_date', 'current_time'])
const CHANCE = new Set(['random', 'randomblob'])

function asksClock(name: string, inside: readonly Word[]): boolean {
  const implicit = CLOCK_FUNCTIONS[name]
  if (implicit === undefined) return name === 'timediff' && inside.some(isNow)
  if (inside.some(isNow) || zoneIn(inside)) return true
  const first = implicit === 0 ? 0 : inside.findIndex(({ key }) => key === ',') + 1
  // In place of a time, subsecond means the current time.
  if (/^'subsec(?:ond)?'$/i.test(inside[first]?.key ?? '')) return true
  return implicit === 0 ? inside.length === 0 : !inside.some(({ key }) => key === ',')
}

/** The modifier that introduces the machine's time zone. */
const zoneIn = (inside: readonly Word[]): Word | undefined =>
  inside.find(
    ({ key, kind }, at) =>
      kind === 'string' &&
      /^'(?:localtime|utc)'$/i.test(key) &&
      inside[at - 1]?.key === ',' &&
      (inside[at + 1]?.key ?? ',') === ',',
  )

const isNow = ({ key, kind }: Word): boolean => kind === 'string' && /^'now'$/i.test(key)

const isMember = (words: readonly Word[], at: number): boolean => words[at - 1]?.key === '.'

function shown({ text }: Word, inside: readonly Word[]): string {
  if (inside.some(isNow)) return `${text}('now')`
  const zone = zoneIn(inside)
  return zone ? `${text}(…, ${zone.text})` : `${text}()`
}
