// Selects the statements of several versions that may concern certain tables. Pure.
import { namesIn } from '../../../sql/names-in.js'
import { isFilling, isQuery, type Effect } from './statement-effect.js'

/** The statements that name one of the tables, a table filled from one, or one renamed from or to it. */
export function concerning(effects: readonly Effect[], tables: readonly string[]): Effect[] {
  const words = new Map(effects.map((one) => [one, wordsIn(one)]))
  const names = new Set(tables)
  const isNamed = (effect: Effect): boolean =>
    words.get(effect)!.some((word) => names.has(word)) || names.has(effect.table)
  for (let known = 0; known < names.size;) {
    known = names.size
    // Code may write what it has read without naming its source.
    let isRead = false
    for (const effect of effects) {
      const { verb, table, to, tokens } = effect
      if (verb === 'rename' && (names.has(to) || names.has(table))) names.add(table).add(to)
      if (isQuery(effect) && isNamed(effect)) isRead = true
      const isWritten = isFilling(effect) || verb === 'update'
      if (isWritten && (isNamed(effect) || (isRead && tokens.includes('?')))) names.add(table)
    }
  }
  return effects.filter(isNamed)
}

const wordsIn = ({ tokens }: Effect): string[] => tokens.flatMap((token) => [...namesIn(token)])
