// Reads `alter`: the table changes that a migration declares as data.
import type { Node } from 'ts-morph'
import { constant, entriesOf, isText, items, membersOf, namedAt, text } from './declared-data.js'
import { alterKey, wrongType } from './form-problems.js'
import type { Reader } from './reader.js'
import type { Constant } from './values.js'
import type {
  Alteration,
  ColumnRenaming,
  ColumnWish,
  Declared,
  ForeignKeyWish,
  TableChange,
} from '../model/migration.js'

/** The declaration in a member. Null after reporting what cannot be read. */
export function readAlter(member: Node, reader: Reader): Alteration | null {
  const before = reader.problems.length
  const tables = entriesOf('alter', member, reader).map(([table, node]) =>
    readTable(table, node, reader),
  )
  if (tables.length === 0 && reader.problems.length === before)
    reader.report(wrongType(reader.place(member), 'alter', 'an object with a table or more'))
  if (reader.problems.length > before) return null
  return { position: reader.place(member), tables: tables.filter((one) => one !== null) }
}

/** The members of an object that may have only these. */
function known<K extends string>(
  name: string,
  node: Node,
  { keys, reader }: { readonly keys: readonly K[]; readonly reader: Reader },
): Partial<Record<K, Node>> | null {
  const members = membersOf(name, node, reader)
  if (members === null) return null
  for (const [key, member] of members)
    if (!(keys as readonly string[]).includes(key))
      reader.report(alterKey(reader.place(namedAt(member)), { name, key, keys }))
  return Object.fromEntries(members) as Partial<Record<K, Node>>
}

const TABLE = ['drop', 'rename', 'add', 'change', 'foreignKeys', 'checks', 'order'] as const

function readTable(table: Declared<string>, node: Node, reader: Reader): TableChange | null {
  const said = known(table.value, node, { keys: TABLE, reader })
  if (said === null) return null
  const { drop, rename, add, change, foreignKeys, checks, order } = said
  const [keys, limits] = [
    foreignKeys && known('foreignKeys', foreignKeys, { keys: ['add', 'drop'], reader }),
    checks && known('checks', checks, { keys: ['add', 'drop'], reader }),
  ]
  return {
    table,
    drop: texts('drop', drop, reader),
    rename: rename ? entriesOf('rename', rename, reader).flatMap(renaming(reader)) : [],
    add: add ? entriesOf('add', add, reader).flatMap(column('new', reader)) : [],
    change: change ? entriesOf('change', change, reader).flatMap(column('changed', reader)) : [],
    foreignKeys: {
      add: items('foreignKeys.add', keys?.add, reader).flatMap((one) => readKey(one, reader)),
      drop: items('foreignKeys.drop', keys?.drop, reader).map((one) => oneOrMore(one, reader)),
    },
    checks: {
      add: texts('checks.add', limits?.add, reader),
      drop: texts('checks.drop', limits?.drop, reader),
    },
    order: order ? texts('order', order, reader) : null,
  }
}

const renaming =
  (reader: Reader) =>
  ([from, node]: readonly [Declared<string>, Node]): ColumnRenaming[] =>
    text(`rename.${from.value}`, node, reader).map((to) => ({ from, to }))

const NEW_COLUMN = ['type', 'notNull', 'default', 'using'] as const
const COLUMN = [...NEW_COLUMN, 'back'] as const

/** A new one may be one text: `email: "TEXT NOT NULL DEFAULT ''"`. */
const column =
  (kind: 'new' | 'changed', reader: Reader) =>
  ([name, node]: readonly [Declared<string>, Node]): ColumnWish[] => {
    const nothing = { type: null, notNull: null, default: null, using: null, back: null }
    const value = reader.evaluate(node)
    if (value === null) return []
    if (kind === 'new' && value.is === 'constant')
      return text(name.value, node, reader).map((definition) => ({
        column: name,
        definition,
        ...nothing,
      }))
    const keys: readonly (typeof COLUMN)[number][] = kind === 'new' ? NEW_COLUMN : COLUMN
    const said = known(name.value, node, { keys, reader })
    if (said === null) return []
    const stated = <T extends Constant>(
      key: (typeof COLUMN)[number],
      is: (value: Constant) => value is T,
      expected: string,
    ): Declared<T> | null => {
      const member = said[key]
      return (member && constant({ name: key, is, expected }, member, reader)[0]) ?? null
    }
    return [
      {
        column: name,
        definition: null,
        type: stated('type', isText, 'a text'),
        notNull: stated('notNull', (one) => typeof one === 'boolean', '`true` or `false`'),
        default: stated('default', isTextOrNull, 'SQL as a text, or null for none'),
        using: stated('using', isText, 'an expression in SQL, as a text'),
        back: stated('back', isText, 'an expression in SQL, as a text'),
      },
    ]
  }

const isTextOrNull = (value: Constant): value is string | null => value === null || isText(value)

const texts = (name: string, node: Node | undefined, reader: Reader): Declared<string>[] =>
  items(name, node, reader).flatMap((item) => text(name, item, reader))

/** The columns of a key: a name, or a list of names. */
function oneOrMore(node: Node, reader: Reader): readonly Declared<string>[] {
  const value = reader.evaluate(node)
  return value?.is === 'list'
    ? texts('columns', node, reader)
    : text('foreignKeys.drop', node, reader)
}

const KEY = ['columns', 'references', 'to', 'onDelete', 'onUpdate', 'deferred'] as const

function readKey(node: Node, reader: Reader): ForeignKeyWish[] {
  const said = known('foreignKeys.add', node, { keys: KEY, reader })
  if (said === null) return []
  const columns = texts('columns', said.columns, reader)
  const parent = said.references ? text('references', said.references, reader) : []
  if (columns.length === 0 || !parent[0]) {
    const expected =
      "an object with the columns and their parent: `{ columns: ['user_id'], references: 'users' }`"
    reader.report(wrongType(reader.place(node), 'foreignKeys.add', expected))
    return []
  }
  const acts = (['onDelete', 'onUpdate'] as const).flatMap((name) => {
    const member = said[name]
    const [act] = member ? constant({ name, is: isAction, expected: ACTIONS }, member, reader) : []
    return act ? [`ON ${name === 'onDelete' ? 'DELETE' : 'UPDATE'} ${act.value}`] : []
  })
  const deferred = said.deferred && reader.evaluate(said.deferred)
  if (deferred?.is === 'constant' && deferred.value === true)
    acts.push('DEFERRABLE INITIALLY DEFERRED')
  const parentColumns = texts('to', said.to, reader)
  return [{ columns, parent: parent[0], parentColumns, actions: acts.join(' ') }]
}

const ACTIONS = "'CASCADE', 'RESTRICT', 'SET NULL', 'SET DEFAULT' or 'NO ACTION'"

const isAction = (value: Constant): value is string =>
  isText(value) && ACTIONS.includes(`'${value}'`)
