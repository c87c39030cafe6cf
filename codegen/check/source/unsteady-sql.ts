// What gives another result each time it runs: in SQL.
import { wordsOf } from '../../sql/word-reader.js'
import type { Word } from '../../sql/statement.js'

/** Looked for first, so that scripts full of data are not cut into words. */
const SUSPECT = /random|current_|date|time|julianday|strftime|unixepoch/i

/**
 * The parts of a statement whose result depends on the clock, on the time zone or on chance: `random()`, `CURRENT_DATE`,
 * `datetime('now')`, `date(at, 'localtime')`, each as it is written, with its offset. Text in quotes is none.
 */
export function unsteadySql(sql: string): { text: string; start: number }[] {
  if (!SUSPECT.test(sql)) return []
  const words = [...wordsOf(sql)]
  return words.flatMap((word, at) => {
    if (word.kind !== 'word') return []
    const isCall = words[at + 1]?.key === '('
    if (!isCall) return CLOCK.has(word.key) && !isMember(words, at) ? [pick(word.text, word)] : []
    const inside = argumentsAt(words, at + 2)
    if (CHANCE.has(word.key)) return [pick(`${word.text}()`, word)]
    return asksClock(word.key, inside) ? [pick(shown(word, inside), word)] : []
  })
}

const pick = (text: string, { start }: Word) => ({ text, start })

const CLOCK = new Set(['current_timestamp', 'current_date', 'current_time'])
const CHANCE = new Set(['random', 'randomblob'])

/** With how many arguments a function of the clock means now without saying so. */
const IMPLICIT: Readonly<Record<string, number>> = {
  date: 0,
  time: 0,
  datetime: 0,
  julianday: 0,
  unixepoch: 0,
  strftime: 1,
}

function asksClock(name: string, inside: readonly Word[]): boolean {
  const implicit = IMPLICIT[name]
  if (implicit === undefined) return name === 'timediff' && inside.some(isNow)
  if (inside.some(isNow) || zoneIn(inside)) return true
  return implicit === 0 ? inside.length === 0 : !inside.some(({ key }) => key === ',')
}

/** The modifier by which the time zone of the machine comes in. */
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

function argumentsAt(words: readonly Word[], from: number): Word[] {
  let depth = 1
  const end = words.findIndex(({ key }, at) => {
    if (at < from) return false
    if (key === '(') depth += 1
    if (key === ')') depth -= 1
    return depth === 0
  })
  return words.slice(from, end < 0 ? undefined : end)
}

function shown({ text }: Word, inside: readonly Word[]): string {
  if (inside.some(isNow)) return `${text}('now')`
  const zone = zoneIn(inside)
  return zone ? `${text}(…, ${zone.text})` : `${text}()`
}
