// Detects UPDATE … FROM that reads its own table again without relating it to the updated row.
import { plainName } from '../../../src/sql/names.js'
import type { Word } from '../../sql/statement.js'
import { cutWords, WordReader, wordsOf } from '../../sql/word-reader.js'

/** The table, and its name where it is read; null for any other statement. */
export function untiedUpdate(sql: string): { readonly table: string; readonly as: string } | null {
  const reader = new WordReader([...wordsOf(sql)])
  if (!reader.take('update')) return null
  const [own, ...called] = reader.until('set').filter((word) => !IN_THE_HEAD.has(word.key))
  reader.until('from')
  if (!reader.take('from') || !own) return null
  const rest = reader.until('returning', ';')
  const name = plainName((called.at(-1) ?? own).key)
  const again = sourcesIn(rest).find(
    ([table]) => plainName(table?.key ?? '') === plainName(own.key),
  )
  const as = again?.find((word, at) => at > 0 && word.key !== 'as')?.key
  const isNamed = rest.some((word, at) => rest[at + 1]?.key === '.' && plainName(word.key) === name)
  return as === undefined || plainName(as) === name || isNamed ? null : { table: own.text, as }
}

const IN_THE_HEAD: ReadonlySet<string> = new Set(
  'or replace ignore abort fail rollback as'.split(' '),
)

/** The tables after FROM, each with its name in the statement. */
function sourcesIn(words: readonly Word[]): (readonly Word[])[] {
  const from = new WordReader(words).until('where')
  return cutWords(from)
    .flatMap((part) => cutWords(part, 'join'))
    .map((part) => new WordReader(part).until(...BEHIND_A_SOURCE))
}

const BEHIND_A_SOURCE = 'on using left right full inner outer cross natural'.split(' ')
