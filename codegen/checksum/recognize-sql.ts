// Distinguishes SQL from other text by how it begins.
import { tokenAt, type Token } from '../../src/sql/tokenize.js'
import { foldUpper } from '../../src/sql/names.js'

/** Any name; a quoted one is shown as `"`. */
const NAME = '(?:[\\w$]+|")'

/**
 * How a statement continues after its first word, as `headOf` shows it. A word that is plain English by itself (`begin`,
 * `commit`, `vacuum`, `analyze`) needs a sign of SQL, because text not taken for SQL is compared exactly, which is the safe side.
 */
const BEGINNINGS: ReadonlyMap<string, RegExp> = new Map(
  Object.entries({
    ALTER: 'TABLE NAME',
    ATTACH: 'DATABASE',
    BEGIN: 'DEFERRED|IMMEDIATE|EXCLUSIVE|TRANSACTION|;',
    COMMIT: 'TRANSACTION|;',
    CREATE: '((TEMP |TEMPORARY )?(TABLE|VIEW|TRIGGER)|VIRTUAL TABLE|(UNIQUE )?INDEX) NAME',
    DELETE: 'FROM NAME',
    DROP: '(TABLE|VIEW|TRIGGER|INDEX) NAME',
    EXPLAIN: '(QUERY PLAN )?(SELECT|INSERT|UPDATE|DELETE|WITH|REPLACE) ',
    INSERT: '(OR NAME )?INTO NAME',
    PRAGMA: 'NAME ([.=(;]|$)',
    RELEASE: 'SAVEPOINT NAME',
    REPLACE: 'INTO NAME',
    ROLLBACK: 'TRANSACTION|TO|;',
    SELECT: `(DISTINCT|ALL|CASE|NOT|NULL) |[-*(+~'#?]|NAME ([-,.(=+*/|<>%]|AS|FROM|;)`,
    UPDATE: '(OR NAME )?NAME (\\. NAME )?(AS NAME |INDEXED BY NAME |NOT INDEXED )?SET NAME',
    VACUUM: "INTO '|;",
    VALUES: '\\(',
    WITH: '(RECURSIVE )?NAME (AS|\\()',
  }).map(([word, rest]) => [word, new RegExp(`^${word} (${rest.replaceAll('NAME', NAME)})`)]),
)

/** The number of tokens that the longest beginning looks at. */
const HEAD = 12

/**
 * Whether a text is SQL: its first tokens begin a statement, and the first word is in one case throughout. `Delete
 * from cart` is a label; `DELETE FROM cart` and `delete from cart` are statements. Looks at the head only.
 */
export function isSql(text: string): boolean {
  if (!/^[\s\ufeff]*(--|\/\*|[A-Z]{4}|[a-z]{4})/.test(text)) return false
  const [first, ...rest] = headOf(text)
  if (first?.kind !== 'word' || !/^([A-Z]+|[a-z]+)$/.test(first.text)) return false
  const beginning = BEGINNINGS.get(foldUpper(first.text))
  return beginning?.test([first, ...rest].map(show).join(' ') + ' ') ?? false
}

function headOf(text: string): Token[] {
  const head: Token[] = []
  for (let at = 0; at < text.length && head.length < HEAD;) {
    const token = tokenAt(text, at)
    if (token.kind !== 'space' && token.kind !== 'comment') head.push(token)
    at += token.text.length
  }
  return head
}

/** One sign for each kind of literal, so that nothing inside a literal is taken for a word. */
function show({ kind, text }: Token): string {
  if (kind === 'operator') return text
  if (kind === 'word') return /^\w+$/.test(text) ? foldUpper(text) : '"'
  if (kind === 'number') return '#'
  if (kind === 'variable') return '?'
  if (kind === 'string' || kind === 'blob') return "'"
  return kind === 'quoted' ? '"' : '!'
}
