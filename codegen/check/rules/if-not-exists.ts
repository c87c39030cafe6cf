// An object is created only if it does not exist, or dropped only if it does.
import { canonicalTokens, joinTokens } from '../../../src/sql/canonical-tokens.js'
import { oneLine } from '../../sql/one-line.js'
import { sqlName } from '../../sql/sql-name.js'
import { objectThere, type Naming, type ObjectThere } from '../changes/object-there.js'
import { statementPlace } from '../subject/place.js'
import type { Finding, FoundStatement, ReplayedStep, Rule } from '../subject/rule.js'

/**
 * In `up` only: a `down` may well clean up what may be missing. Temporary objects are not part of the schema. A warning if the
 * replay shows that something else has the name, so that nothing is created.
 */
export const ifNotExists: Rule = {
  code: 'IF_NOT_EXISTS',
  severity: 'info',
  *check({ upSteps, replay }) {
    for (const { statements, migration } of upSteps) {
      const step = replay?.steps.find((one) => one.migration === migration)
      for (const statement of statements) {
        const guarded = guardedIn(statement)
        if (guarded) yield findingOf(statement, guarded, step)
      }
    }
  },
}

interface Guarded {
  readonly words: 'IF EXISTS' | 'IF NOT EXISTS'
  readonly shape: Naming
}

function guardedIn({ shape }: FoundStatement): Guarded | null {
  if (!('guarded' in shape) || !shape.guarded) return null
  if (shape.kind === 'drop') return { words: 'IF EXISTS', shape }
  return shape.temporary ? null : { words: 'IF NOT EXISTS', shape }
}

function findingOf(
  statement: FoundStatement,
  { words, shape }: Guarded,
  step: ReplayedStep | undefined,
): Finding {
  const at = statementPlace(statement)
  const message = `${at.file} says ${words}, so a database with an unexpected schema goes unnoticed.`
  const isElsewhere = shape.name.schema !== undefined && shape.name.schema !== 'main'
  const there =
    step && !isElsewhere && !statement.onlyWithRows
      ? objectThere(shape, statement, step)
      : undefined
  if (shape.kind === 'drop')
    return {
      at,
      message,
      fix:
        there === null
          ? 'Remove the statement: the replay shows that there is nothing of that name to drop.'
          : `Leave out ${words}${example(statement)}.`,
    }
  return there
    ? nothingMade(statement, shape, there)
    : { at, message, fix: `Leave out ${words}${example(statement)}.` }
}

/** For a name that is taken. */
function nothingMade(statement: FoundStatement, { name }: Naming, there: ObjectThere): Finding {
  const at = statementPlace(statement)
  const { type, table, sql } = there
  const own = sqlName(there.name)
  const about = { at, subject: type === 'table' ? own : `${type} ${own}` }
  const what = `${at.file} says IF NOT EXISTS and creates nothing: the replay shows that ${own} already exists`
  if (sql !== null && definitionIn(sql, name.key) === definitionIn(statement.text, name.key))
    return { ...about, message: `${what}, and is the same.`, fix: 'Remove the statement.' }
  const owner = table === null ? '' : ` of ${sqlName(table)}`
  const other = type === 'table' && sql !== null ? ' with another definition' : ''
  return {
    ...about,
    severity: 'warning',
    message: `${what}, as ${type === 'index' ? 'an' : 'a'} ${type}${owner}${other}.`,
    fix: `${INSTEAD[type] ?? `Choose another name, or drop the old ${type} first`}. If what is there is right, remove the statement.`,
  }
}

const INSTEAD: Readonly<Record<string, string>> = {
  table: 'Change the existing table (`ALTER TABLE` or a rebuild), or choose another name',
  index:
    'Choose another name, because index names are unique in a database, or drop the old one first',
}

/** What follows the name, however it is written. */
function definitionIn(sql: string, key: string): string {
  const tokens = canonicalTokens(sql)
  return joinTokens(tokens.slice(tokens.indexOf(key) + 1))
}

/** The whole of a DROP; for a CREATE, everything up to the name. */
function example({ shape, text, piece }: FoundStatement): string {
  if (!piece.verbatim || !('name' in shape)) return ''
  const line = oneLine(text)
  const guard = / if (?:not )?exists /i.exec(line)
  const rest = line.slice((guard?.index ?? 0) + (guard?.[0].length ?? 0))
  const named = rest.slice(0, rest.indexOf(shape.name.text) + shape.name.text.length)
  const shown = shape.kind === 'drop' ? rest : `${named} …`
  return `: \`${line.slice(0, guard?.index)} ${shown}\``
}
