// Finds the object under a name when a statement of a step runs.
import { foldCase, plainName } from '../../../src/sql/names.js'
import type { FoundStatement, ReplayedStep, SchemaAct } from '../subject/rule.js'

/** An object, its table, and the statement that created it, as far as known. */
export interface ObjectThere {
  readonly type: string
  readonly name: string
  readonly table: string | null
  readonly sql: string | null
}

/** The statements that deal with an object by its type and name. */
export type Naming = Extract<
  FoundStatement['shape'],
  { readonly kind: 'drop' | `create-${string}` }
>

/**
 * The object with the name that a statement of `up` creates or drops, before it does; null if there is none, undefined if that is
 * unknown when the statement runs.
 */
export function objectThere(
  shape: Naming,
  { piece, start }: Pick<FoundStatement, 'piece' | 'start'>,
  step: ReplayedStep,
): ObjectThere | null | undefined {
  const place = step.acts.up.findIndex(
    ({ statement }) => statement.piece === piece && statement.start === start,
  )
  if (place < 0) return undefined
  const type = shape.kind === 'drop' ? shape.object : shape.kind.slice('create-'.length)
  const name = plainName(shape.name.key)
  const isMeant = ({ statement }: SchemaAct): boolean =>
    shape.kind === 'drop' || !isTemporary(statement)
  const acts = step.acts.up.slice(0, place).filter(isMeant)
  const found = SHARED.get(type)?.map((one) => there({ type: one, name }, step, acts)) ?? []
  return found.find((one) => one !== null) ?? null
}

/** A temporary object hides one of the schema, and takes no name from it. */
const isTemporary = ({ shape }: FoundStatement): boolean => 'temporary' in shape && shape.temporary

/** Tables and views have their names of one room. */
const SHARED: ReadonlyMap<string, readonly string[]> = new Map([
  ['table', ['table', 'view']],
  ['view', ['view', 'table']],
  ['index', ['index']],
  ['trigger', ['trigger']],
])

type Wanted = Pick<ObjectThere, 'type' | 'name'>

function there(
  { type, name }: Wanted,
  { before }: ReplayedStep,
  acts: readonly SchemaAct[],
): ObjectThere | null {
  const known = before.get(`${type} ${name}`)
  const first: ObjectThere | null = known
    ? { type, name, table: 'table' in known ? foldCase(known.table) : null, sql: known.sql }
    : null
  return acts.reduce((now, act) => afterAct(act, now, { type, name }), first)
}

function afterAct(
  act: SchemaAct,
  now: ObjectThere | null,
  { type, name }: Wanted,
): ObjectThere | null {
  switch (act.kind) {
    case 'create':
      return !now && act.type === type && act.name === name ? madeBy(act.statement, act) : now
    case 'drop':
      return now && isTaken(act, now) ? null : now
    case 'rename-table':
      return renamed(act, now, { type, name })
    default:
      return now
  }
}

const isTaken = ({ type, name }: Wanted, now: ObjectThere): boolean =>
  (type === now.type && name === now.name) || (type === 'table' && name === now.table)

function renamed(
  { table, to }: { readonly table: string; readonly to: string },
  now: ObjectThere | null,
  { type, name }: Wanted,
): ObjectThere | null {
  if (now?.table === table) return { ...now, table: to, sql: null }
  if (type !== 'table') return now
  if (now?.name === table) return null
  return to === name ? { type, name, table: null, sql: null } : now
}

function madeBy({ shape, text }: FoundStatement, { type, name }: Wanted): ObjectThere {
  const table = 'table' in shape && shape.table ? plainName(shape.table.key) : null
  return { type, name, table, sql: text }
}
