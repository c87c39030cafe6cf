// A table is rebuilt by renaming the old one out of the way, and all references follow the old one.
import { statementPlace } from '../subject/place.js'
import type { ParsedMigration } from '../../model/migration.js'
import { isSetAside } from '../subject/set-aside.js'
import { plainName } from '../../../src/sql/names.js'
import { listed } from '../../diagnostics/listed.js'
import { knownColumns } from '../subject/known-columns.js'
import { rightOrder } from '../wording/right-order.js'
import { movedReferences, rebuildsByRename, type Rebuild } from '../changes/moved-references.js'
import type { Finding, Replayed, Rule, UpStep, FoundStatement } from '../subject/rule.js'
import { wordsIn } from '../../sql/names-in.js'
import { referencesIn } from '../../sql/references-in.js'
import type { Statement } from '../../sql/statement.js'

/**
 * `ALTER TABLE t RENAME TO t_old` before `CREATE TABLE t` in the same migration, or before a table that it has created is renamed
 * to `t`. Silent after `PRAGMA legacy_alter_table = ON`, under which a rename leaves other objects alone, and if nothing refers
 * to the table, so that the order does not matter. The replay shows what refers to the old table afterwards; without it, earlier
 * code with unknown SQL may refer to it.
 */
export const rebuildOrder: Rule = {
  code: 'REBUILD_ORDER',
  severity: 'error',
  override: 'acknowledged',
  *check({ upSteps, reading, replay }) {
    if (replay) yield* inReplay(replay)
    const last = replay?.steps.at(-1)?.version ?? 0
    if (upSteps.every(({ statements }) => rebuildsByRename(statements).length === 0)) return
    const objects = referringObjects()
    const known = knownColumns()
    const unread = reading.migrations.filter((one) => isUnread(one, upSteps))
    for (const { statements, migration } of upSteps) {
      const found = rebuildsByRename(statements)
      for (const statement of statements) {
        const rebuild = found.find((one) => one.statement === statement)
        const referring = rebuild ? objects.to(rebuild.rename.table.key) : []
        const hidden = unread.some(({ version }) => version < migration.version)
        if (rebuild && migration.version > last && (referring.length > 0 || hidden))
          yield judge(rebuild, referring, known.of(rebuild.rename.table.key))
        objects.see(statement)
        known.see(statement)
      }
    }
  },
}

/** References may come back with another rename, and those to an archive stay with it; if the step fails, that is reported. */
function* inReplay({ steps }: Replayed): Generator<Finding> {
  for (const step of steps) {
    const up = step.statements.filter(({ direction }) => direction === 'up')
    for (const rebuild of rebuildsByRename(up)) {
      const referring = movedReferences(rebuild, step)
      if (referring.length === 0 || isSetAside(plainName(rebuild.rename.table.key), step)) continue
      const known = knownColumns(step.before)
      yield judge(rebuild, referring, known.of(rebuild.rename.table.key))
    }
  }
}

/** Code in which no SQL was found may create anything. */
const isUnread = (migration: ParsedMigration, steps: readonly UpStep[]): boolean =>
  migration.up?.kind === 'code' && !steps.some((step) => step.migration === migration)

/** `known` are the columns of the old table; null if unknown. */
function judge(
  rebuild: Rebuild,
  referring: readonly string[],
  known: readonly string[] | null,
): Finding {
  const { statement, rename } = rebuild
  const at = statementPlace(statement)
  const [table, old] = [rename.table.text, rename.to.text]
  const who =
    referring.length > 0 ? listed(referring) : `foreign keys, views and triggers that name ${table}`
  return {
    at,
    message: `${at.file} renames ${table} to ${old} and then puts a new ${table} in its place. References follow a rename, so ${who} will mean ${old} from then on, and break when it is dropped.`,
    fix: `${withoutReaders(referring)}Keep the old name until the end: ${rightOrder(rebuild, known)} Or let \`ctx.rebuild\` do it, with the indexes and triggers of the table.`,
  }
}

/** Views and triggers of other tables that name a table that is dropped make the RENAME to its name fail. */
function withoutReaders(referring: readonly string[]): string {
  const readers = referring.filter((one) => /^the (?:view|trigger) /.test(one))
  const them = readers.length > 1 ? 'them' : 'it'
  return readers.length > 0
    ? `Drop ${listed(readers)} first, and recreate ${them} at the end. `
    : ''
}

/** The schema of a history as far as its statements can be read: which objects refer to which. */
interface ReferringObjects {
  /** Takes the next statement into account. */
  see(statement: FoundStatement): void
  /**
   * What would follow a table to another name and outlive it, as `the foreign key of posts`, `the view v`, `the trigger t`. The
   * table itself and its own triggers go with it, and are left out. `key` is that of its `Name`.
   */
  to(key: string): string[]
}

interface Referring {
  /** The displayed text. */
  readonly text: string
  /** The table with which it is dropped; null for a view. */
  table: string | null
  /** In lower case, without quotes. */
  readonly names: Set<string>
}

/** Begins with a schema without objects. */
function referringObjects(): ReferringObjects {
  const objects = new Map<string, Referring>()
  return {
    see({ shape, text }) {
      if (shape.kind === 'drop') drop(objects, shape.object, plainName(shape.name.key))
      else if (shape.kind === 'rename-table')
        rename(objects, plainName(shape.table.key), plainName(shape.to.key))
      else add(objects, shape, text)
    },
    to: (key) => [
      ...new Set(
        [...objects.values()]
          .filter(({ table, names }) => table !== plainName(key) && names.has(plainName(key)))
          .map((one) => one.text),
      ),
    ],
  }
}

function add(objects: Map<string, Referring>, shape: Statement, sql: string): void {
  if (shape.kind === 'create-table' || shape.kind === 'add-column') {
    const { text, key } = shape.kind === 'create-table' ? shape.name : shape.table
    const table = plainName(key)
    const known = objects.get(`table ${table}`)?.names ?? []
    const names = new Set([...known, ...referencesIn(shape).map(({ parent }) => parent)])
    objects.set(`table ${table}`, { text: `the foreign key of ${text}`, table, names })
  }
  if (shape.kind !== 'create-view' && shape.kind !== 'create-trigger') return
  const type = shape.kind === 'create-view' ? 'view' : 'trigger'
  objects.set(`${type} ${plainName(shape.name.key)}`, {
    text: `the ${type} ${shape.name.text}`,
    table: shape.table && plainName(shape.table.key),
    names: wordsIn(sql),
  })
}

function drop(objects: Map<string, Referring>, type: string, name: string): void {
  objects.delete(`${type} ${name}`)
  if (type !== 'table' && type !== 'view') return
  for (const [key, { table }] of objects) if (table === name) objects.delete(key)
}

function rename(objects: Map<string, Referring>, from: string, to: string): void {
  const own = objects.get(`table ${from}`)
  objects.delete(`table ${from}`)
  if (own) objects.set(`table ${to}`, { ...own, text: `the foreign key of ${to}` })
  for (const object of objects.values()) {
    if (object.table === from) object.table = to
    if (object.names.delete(from)) object.names.add(to)
  }
}
