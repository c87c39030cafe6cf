// Keeps count of what names a table: foreign keys of other tables, views and triggers, as statements make and drop them.
import { plainName } from '../../../src/sql/names.js'
import { wordsIn } from '../../sql/names-in.js'
import type { FoundStatement } from '../subject/rule.js'
import { referencesIn } from '../../sql/references-in.js'
import type { Statement } from '../../sql/statement.js'

/** The schema of a history as far as its statements can be read: who names whom. */
export interface ReferringObjects {
  /** Takes the next statement into account. */
  see(statement: FoundStatement): void
  /**
   * What would follow a table to another name and outlive it, as `the foreign key of posts`, `the view v`, `the trigger t`.
   * The table itself and its own triggers go with it, and are left out. `key` is the one of its `Name`.
   */
  to(key: string): string[]
}

interface Referring {
  /** As it is shown. */
  readonly text: string
  /** The table that takes it along when it is dropped; null for a view. */
  table: string | null
  /** In lower case, without quotes. */
  readonly names: Set<string>
}

/** Begins with a schema without objects. */
export function referringObjects(): ReferringObjects {
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
