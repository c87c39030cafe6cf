// A schema as it is at one moment, with what is attached to each table. Pure.
import type { Catalog, CatalogIndex, CatalogTable, CatalogTrigger } from '../../evidence.js'
import { mentionedBy } from './checks-of.js'

/** Indexes and triggers by the name of their table in small letters. */
export interface Attached {
  readonly indexes: ReadonlyMap<string, readonly CatalogIndex[]>
  readonly triggers: ReadonlyMap<string, readonly CatalogTrigger[]>
}

/** A catalog, and how its tables hang together. Names are in small letters. */
export interface Situation {
  readonly catalog: Catalog
  readonly attached: Attached
  /** What the unique indexes of each table are, as one text. */
  readonly uniqueKeys: ReadonlyMap<string, string>
  /** The tables that point at each table. */
  readonly children: ReadonlyMap<string, readonly string[]>
}

/** Sorts a schema by table. */
export function situationOf(catalog: Catalog): Situation {
  const indexes = new Map<string, CatalogIndex[]>()
  const triggers = new Map<string, CatalogTrigger[]>()
  const children = new Map<string, string[]>()
  const uniques = new Map<string, string[]>()
  for (const object of catalog.values()) {
    if (object.type === 'index') {
      append(indexes, object.table, object)
      if (object.unique) append(uniques, object.table, object.sql)
    }
    if (object.type === 'trigger') append(triggers, object.table, object)
    else if (object.type === 'table')
      for (const { parent } of object.foreignKeys)
        append(children, parent, object.name.toLowerCase())
  }
  const uniqueKeys = new Map([...uniques].map(([table, keys]) => [table, keys.join('\n')]))
  return { catalog, attached: { indexes, triggers }, uniqueKeys, children }
}

function append<T>(lists: Map<string, T[]>, table: string, item: T): void {
  const key = table.toLowerCase()
  const list = lists.get(key)
  if (list) list.push(item)
  else lists.set(key, [item])
}

/** The ordinary table of that name. */
export function tableNamed({ catalog }: Situation, name: string): CatalogTable | undefined {
  const found = catalog.get(`table ${name}`)
  return found?.type === 'table' && found.module === null ? found : undefined
}

/** The ordinary tables of a schema. */
export const tablesOf = ({ catalog }: Situation): CatalogTable[] =>
  [...catalog.values()].filter(
    (object): object is CatalogTable => object.type === 'table' && object.module === null,
  )

/** Which tables a text can touch. */
export interface Reach {
  /** Those that it names. */
  readonly named: ReadonlySet<string>
  /** Those, and what triggers on them, and on named views, name in turn. */
  readonly reached: ReadonlySet<string>
}

/** How far words of a text reach; with `cascades`, also along foreign keys from parent to child. */
export function reachOf(
  words: Iterable<string>,
  situation: Situation,
  keys: 'cascades' | 'still',
): Reach {
  const named = new Set<string>()
  const reached = new Set<string>()
  const waiting = [...words]
  const first = waiting.length
  for (let index = 0; index < waiting.length; index++) {
    const word = waiting[index] as string
    if (reached.has(word)) continue
    const isTable = situation.catalog.has(`table ${word}`)
    const triggers = situation.attached.triggers.get(word)
    if (!isTable && !triggers) continue
    reached.add(word)
    if (isTable && index < first) named.add(word)
    for (const { sql } of triggers ?? []) waiting.push(...mentionedBy(sql).words)
    if (keys === 'cascades') waiting.push(...(situation.children.get(word) ?? []))
  }
  return { named, reached }
}
