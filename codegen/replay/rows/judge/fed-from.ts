// Follows rows through the statements of a side: which tables can have got anything from a table. Pure.
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import { namesIn } from '../../../sql/names-in.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { isFilling, type Effect } from '../watch/statement-effect.js'
import type { Written } from './written.js'

/**
 * Finds, of the written tables, those that may hold values of rows of a table, or lead to such, as parents under new keys do: of two
 * tables, generated rows may be equal by chance. Where triggers write, or rows come from a virtual table, every table may.
 */
export function feedsOf(
  side: ObservedSide,
): (table: string, written: readonly Written[]) => Written[] {
  if (mayFeedUnnamed(side)) return (_, written) => [...written]
  const views = viewsIn(side)
  const steps = side.effects.map((effect) => ({ effect, names: [...readBy(effect, views)] }))
  return (table, written) => {
    const mayHold = followed(steps, table)
    const fed = new Set(written.filter(({ after }) => mayHold(after.table.name)))
    for (const { after } of fed) {
      const isParent = (one: Written): boolean =>
        after.table.foreignKeys.some(({ parent }) => isSameName(parent, one.after.table.name))
      for (const one of written.filter(isParent)) fed.add(one)
    }
    return written.filter((one) => fed.has(one))
  }
}

interface Step {
  readonly effect: Effect
  /** The names that it mentions. */
  readonly names: readonly string[]
}

/** Whether a table, by its final name, may have got values of rows of another one, or was read for those that did. */
function followed(steps: readonly Step[], table: string): (name: string) => boolean {
  let passed = false
  const follow = (): readonly ReadonlySet<string>[] => {
    const [fed, beside] = [new Set([foldCase(table)]), new Set<string>()]
    for (const { effect, names } of steps) {
      const isCode = effect.place.script === null
      const reads = names.some((name) => fed.has(name))
      // Code may bind what it has read to any statement, also to one that it prepared before.
      passed ||= isCode && reads
      const isFed = isWriting(effect) && (reads || (isCode && passed))
      if (isFed) fed.add(targetOf(effect))
      if (isFed || (isCode && reads)) for (const name of names) beside.add(name)
      for (const set of [fed, beside]) renameIn(set, effect)
    }
    return [fed, beside]
  }
  follow()
  const all = follow()
  return (name) => all.some((set) => set.has(foldCase(name)))
}

function renameIn(names: Set<string>, { verb, table, to }: Effect): void {
  if (verb === 'rename' && names.delete(table)) names.add(to)
  if (verb === 'drop') names.delete(table)
}

/** Whether triggers may write, or a table takes rows that no statement names, as a full-text index does. */
function mayFeedUnnamed({ effects, before: { attached, catalog } }: ObservedSide): boolean {
  const made = new Set(
    effects.flatMap((one) =>
      one.verb === 'rename' ? [one.to] : one.shape.kind === 'create-table' ? [targetOf(one)] : [],
    ),
  )
  const isPlain = (name: string): boolean => {
    const known = catalog.get(`table ${name}`)
    return (
      (attached.triggers.get(name) ?? []).length === 0 &&
      (known ? known.type === 'table' && known.module === null : made.has(name))
    )
  }
  return (
    effects.some(({ shape }) => shape.kind === 'create-trigger') ||
    !effects.filter(isWriting).every((effect) => isPlain(targetOf(effect)))
  )
}

const isWriting = (effect: Effect): boolean => isFilling(effect) || effect.verb === 'update'

const targetOf = ({ shape, table }: Effect): string =>
  shape.kind === 'create-table' ? plainName(shape.name.key) : table

/** What views read, by name. */
function viewsIn({ effects, before }: ObservedSide): ReadonlyMap<string, readonly string[]> {
  const old = [...before.catalog.values()].flatMap(({ type, name, sql }) =>
    type === 'view' ? [[foldCase(name), [...namesIn(sql)]] as const] : [],
  )
  const made = effects.flatMap(({ shape, tokens }) =>
    shape.kind === 'create-view' ? [[plainName(shape.name.key), namesOf(tokens)] as const] : [],
  )
  return new Map([...old, ...made])
}

/** The names in a statement, and in the views among them. */
function readBy(
  { tokens }: Effect,
  views: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const names = new Set(namesOf(tokens))
  for (const name of names) for (const one of views.get(name) ?? []) names.add(one)
  return names
}

const namesOf = (tokens: readonly string[]): string[] =>
  tokens.flatMap((token) => [...namesIn(token)])
