// Restores the project's spelling of SQL in compared form, which is in lower case with a space between all words.
import { RESERVED_KEYWORDS } from '../../../src/sql/keywords.js'
import { foldCase, foldUpper, plainName, unquote } from '../../../src/sql/names.js'
import { tokenize, type Token } from '../../../src/sql/tokenize.js'
import type { CatalogObject } from '../../model/catalog.js'
import { sqlName } from '../../sql/sql-name.js'

/** Spells SQL about some objects. */
export interface Spelling {
  /** A name, without quotes. */
  name(text: string): string
  /** The definition of a column, which begins with its name and its type. */
  column(text: string): string
  /** Any other SQL. Texts stay as they are. */
  sql(text: string): string
}

/** Words by their compared form. A name, a word of a type and any other word may be the same, and be spelled in three ways. */
interface Words {
  readonly names: ReadonlyMap<string, string>
  readonly types: ReadonlyMap<string, string>
  readonly others: ReadonlyMap<string, string>
}

/** As spelled in the statements that created the objects. */
export function spellingOf(objects: readonly CatalogObject[]): Spelling {
  const all = objects.flatMap(({ sql }) => tokenize(sql))
  const own = objects.flatMap((one) => [
    one.name,
    ...(one.type === 'table' ? one.columns.map(({ name }) => name) : []),
  ])
  const quoted = all.flatMap(({ kind, text }) => (kind === 'quoted' ? [unquote(text)] : []))
  const types = objects.flatMap((one) =>
    one.type === 'table' ? one.columns.flatMap(({ type }) => tokenize(type)) : [],
  )
  const words: Words = {
    names: new Map([...quoted, ...own].map((name) => [foldCase(name), name])),
    types: byWord(types),
    others: byWord(all),
  }
  return {
    name: (text) => words.names.get(plainName(text)) ?? unquote(text),
    column: (text) => spell(text, words, 'column'),
    sql: (text) => spell(text, words, 'any'),
  }
}

const byWord = (tokens: readonly Token[]): Map<string, string> =>
  new Map(tokens.flatMap(({ kind, text }) => (kind === 'word' ? [[foldCase(text), text]] : [])))

function spell(text: string, { names, types, others }: Words, what: 'column' | 'any'): string {
  const tokens = tokenize(text)
  const clause = tokens.findIndex(({ kind, text: word }) => kind === 'word' && isReserved(word))
  const typeEnds = clause < 0 ? tokens.length : clause
  return tokens
    .map(({ kind, text: word }, at) => {
      if (kind === 'space') return isCall(tokens, at) ? '' : word
      if (kind !== 'word' && kind !== 'quoted') return word
      const name = names.get(plainName(word))
      const type = what === 'column' && at > 0 && at < typeEnds ? types.get(foldCase(word)) : null
      if (type) return type
      if (name !== undefined && !isClause(tokens, at)) return sqlName(name)
      return others.get(foldCase(word)) ?? (isClause(tokens, at) ? foldUpper(word) : word)
    })
    .join('')
}

const isReserved = (word: string): boolean => RESERVED_KEYWORDS.has(foldUpper(word))

/** Whether a space separates the name of a function or type from its parentheses. */
function isCall(tokens: readonly Token[], at: number): boolean {
  const [before, behind] = [tokens[at - 1], tokens[at + 1]]
  const isTable = /^(?:on|references)$/.test(tokens[at - 3]?.text ?? '')
  return before?.kind === 'word' && behind?.text === '(' && !isTable && !isClause(tokens, at - 1)
}

/** A word that may also be a name belongs to a clause after another word. */
function isClause(tokens: readonly Token[], at: number): boolean {
  const { kind, text = '' } = tokens[at] ?? {}
  if (kind !== 'word') return false
  const before = tokens[at - 1]?.kind === 'space' ? tokens[at - 2] : undefined
  const isBehind = at === 0 || before?.kind === 'word' || before?.text === ')'
  return isReserved(text) || (isBehind && CLAUSES.has(text))
}

const CLAUSES: ReadonlySet<string> = new Set(
  'action always cascade conflict deferred generated ignore key no partial restrict rowid stored strict virtual without'.split(
    ' ',
  ),
)
