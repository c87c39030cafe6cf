// Derives the SQL that undoes `up`, for `down: 'auto'`: statement by statement, the last one first. Pure.
import { foldUpper } from '../../src/sql/names.js'
import { splitStatements, type Statement as Found } from '../../src/sql/split-statements.js'
import { textPlace } from '../diagnostics/text-place.js'
import type { Position } from '../model/diagnostic.js'
import type { SqlPiece } from '../model/migration.js'
import { readStatement } from '../sql/read-statement.js'
import type { Name, Statement } from '../sql/statement.js'

/** A statement of `up` that cannot be undone by derivation, with the reason as a part of a sentence. */
export interface NotDerived {
  readonly at: Position
  readonly why: string
}

/** `statements` undo all of `up` except the statements in `not`. */
export interface DerivedDown {
  readonly statements: readonly string[]
  readonly not: readonly NotDerived[]
}

/**
 * Undoes statements that create objects, add columns and rename; rows written into tables that the step itself creates are
 * dropped with them.
 */
export function deriveDown(up: readonly SqlPiece[]): DerivedDown {
  const known = new Made()
  const undone: Undoing[] = []
  const not: NotDerived[] = []
  for (const piece of up) {
    for (const found of splitStatements(piece.text)) {
      const undoing = undoingOf(readStatement(found.text), known)
      if (typeof undoing === 'string') not.push({ at: placeIn(piece, found), why: undoing })
      else if (undoing) undone.push(undoing)
    }
  }
  const statements = undone.filter((one) => !known.goesWithTable(one)).map(({ sql }) => sql)
  return { statements: statements.reverse(), not }
}

const placeIn = ({ text, position, verbatim }: SqlPiece, { start }: Found): Position =>
  verbatim ? textPlace(text, start, position) : position

interface Undoing {
  readonly sql: string
  /** The table that the object belongs to; absent for an object of its own. */
  readonly table?: Name | null
}

/** The tables that the step has created so far, by their current names. */
class Made {
  readonly #tables = new Set<string>()
  #renames = false
  hasTriggers = false

  table({ key }: Name): void {
    this.#tables.add(key)
  }

  /** Another table may get the old name. */
  rename(table: Name, to: Name): void {
    this.#renames = true
    if (this.#tables.delete(table.key)) this.table(to)
  }

  has({ key }: Name): boolean {
    return this.#tables.has(key)
  }

  /** Whether DROP TABLE drops it too. If the table was renamed in between, nothing is left out. */
  goesWithTable({ table }: Undoing): boolean {
    return !this.#renames && !!table && this.has(table)
  }
}

const isOwn = (schema: string | undefined): boolean => schema === undefined || schema === 'main'

const written = ({ schema, text }: Name): string => (schema === undefined ? text : `main.${text}`)

/** Null if there is nothing to undo; a text is the reason why it cannot be undone. */
function undoingOf(statement: Statement, made: Made): Undoing | string | null {
  if (!namesOf(statement).every(({ schema }) => isOwn(schema)))
    return 'it concerns another database'
  switch (statement.kind) {
    case 'create-table':
    case 'create-index':
    case 'create-view':
    case 'create-trigger':
      return dropOf(statement, made)
    case 'add-column': {
      const { table, column } = statement
      return { sql: `ALTER TABLE ${written(table)} DROP COLUMN ${column.name.text}`, table }
    }
    case 'rename-table': {
      const { table, to } = statement
      made.rename(table, to)
      return { sql: `ALTER TABLE ${written({ ...table, text: to.text })} RENAME TO ${table.text}` }
    }
    case 'rename-column': {
      const { table, column, to } = statement
      return {
        sql: `ALTER TABLE ${written(table)} RENAME COLUMN ${to.text} TO ${column.text}`,
        table,
      }
    }
    default:
      return whyNot(statement, made)
  }
}

const namesOf = (statement: Statement): readonly Name[] => [
  ...('name' in statement ? [statement.name] : []),
  ...('table' in statement && statement.table ? [statement.table] : []),
]

type Create = Extract<Statement, { readonly guarded: boolean; readonly temporary: boolean }>

function dropOf(create: Create, made: Made): Undoing | string {
  const { kind, name, guarded, temporary } = create
  if (guarded) return 'it says IF NOT EXISTS, so what it names may have been there before'
  if (temporary) return 'what it creates is temporary, and not part of the schema'
  if (kind === 'create-table') made.table(name)
  if (kind === 'create-trigger') made.hasTriggers = true
  const object = foldUpper(kind.slice('create-'.length))
  const table = kind === 'create-index' || kind === 'create-trigger' ? create.table : null
  return { sql: `DROP ${object} ${written(name)}`, table }
}

/** The reason for statements that write rows or remove something. */
function whyNot(statement: Statement, made: Made): string | null {
  switch (statement.kind) {
    case 'insert':
    case 'update':
    case 'delete':
      if (!made.has(statement.table)) return ROWS[statement.kind]
      return made.hasTriggers
        ? 'a trigger that the step creates may then write to other tables'
        : null
    case 'drop':
      if (statement.object !== 'table') return 'what it drops would have to be recreated'
      return WITH_ROWS
    case 'drop-column':
      return WITH_ROWS
    default:
      return 'only CREATE, ADD COLUMN and RENAME say enough to be undone'
  }
}

const WITH_ROWS = 'what it drops would have to be recreated, with its rows'

const ROWS = {
  insert: 'nothing records which rows it added',
  update: 'nothing records what it, or a trigger, overwrote',
  delete: 'nothing records what it deleted',
}
