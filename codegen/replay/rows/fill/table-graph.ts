// A schema at one point of the replay: its tables with their indexes, triggers and child tables. Pure.
import type {
  Catalog,
  CatalogIndex,
  CatalogObject,
  CatalogTable,
  CatalogTrigger,
} from '../../../model/catalog.js'
import { catalogChanges } from '../../catalog/read-catalog.js'
import { mentionedBy } from './checks-of.js'
import { foldCase } from '../../../../src/sql/names.js'

/** Indexes and triggers by table name, in lower case. */
export interface Attached {
  readonly indexes: ReadonlyMap<string, readonly CatalogIndex[]>
  readonly triggers: ReadonlyMap<string, readonly CatalogTrigger[]>
}

/** A catalog and the relations between its tables. Names are in lower case. */
export interface TableGraph {
  readonly catalog: Catalog
  readonly attached: Attached
  /** The SQL of the unique indexes of each table, joined to one text. */
  readonly uniqueKeys: ReadonlyMap<string, string>
  /** The tables that reference each table. */
  readonly children: ReadonlyMap<string, readonly string[]>
  /** The graph that this one was derived from; null if it was built from scratch. */
  readonly last: SituationChange | null
}

/** Groups a schema by table; if the previous graph is known, only sorts in what was added. */
export function tableGraphOf(catalog: Catalog, last: SituationChange | null = null): TableGraph {
  const added = last && onlyAdded(last)
  const lists = added ? copyOf(last.from) : copyOf(NOTHING)
  for (const object of added ?? catalog.values()) sortIn(object, lists)
  return { ...lists, catalog, attached: lists, last }
}

/** The previous graph, and the changes from its catalog to the next. */
export interface SituationChange {
  readonly from: Pick<TableGraph, 'catalog' | 'attached' | 'uniqueKeys' | 'children'>
  readonly changes: Readonly<Record<string, CatalogObject | null>>
}

/** The added objects, which come after all others; null if existing objects have changed as well. */
function onlyAdded({ from, changes }: SituationChange): CatalogObject[] | null {
  const added: CatalogObject[] = []
  for (const [key, object] of Object.entries(changes)) {
    const before = from.catalog.get(key)
    if (!object) return null
    if (!before) added.push(object)
    else if (!isAlone(before) || !isAlone(object)) return null
  }
  return added
}

/** Whether an object has no relations, so that its position in the catalog does not matter. */
const isAlone = (object: CatalogObject): boolean =>
  object.type === 'view' || (object.type === 'table' && object.foreignKeys.length === 0)

interface Lists {
  readonly indexes: Map<string, readonly CatalogIndex[]>
  readonly triggers: Map<string, readonly CatalogTrigger[]>
  readonly uniqueKeys: Map<string, string>
  readonly children: Map<string, readonly string[]>
}

const NOTHING = {
  attached: { indexes: new Map(), triggers: new Map() },
  uniqueKeys: new Map(),
  children: new Map(),
} as const

const copyOf = ({
  attached,
  uniqueKeys,
  children,
}: Pick<TableGraph, 'attached' | 'uniqueKeys' | 'children'>): Lists => ({
  indexes: new Map(attached.indexes),
  triggers: new Map(attached.triggers),
  uniqueKeys: new Map(uniqueKeys),
  children: new Map(children),
})

function sortIn(object: CatalogObject, { indexes, triggers, uniqueKeys, children }: Lists): void {
  if (object.type === 'trigger') append(triggers, object.table, object)
  if (object.type === 'table')
    for (const { parent } of object.foreignKeys) append(children, parent, foldCase(object.name))
  if (object.type !== 'index') return
  append(indexes, object.table, object)
  if (!object.unique) return
  const key = foldCase(object.table)
  const others = uniqueKeys.get(key)
  uniqueKeys.set(key, others === undefined ? object.sql : `${others}\n${object.sql}`)
}

function append<T>(lists: Map<string, readonly T[]>, table: string, item: T): void {
  const key = foldCase(table)
  lists.set(key, [...(lists.get(key) ?? []), item])
}

/** The changes between two graphs, where the second may be several steps later. */
export const changesBetween = (before: TableGraph, now: TableGraph): SituationChange['changes'] =>
  now.last?.from.catalog === before.catalog
    ? now.last.changes
    : catalogChanges(before.catalog, now.catalog)

/** The ordinary table of that name. */
export function tableNamed({ catalog }: TableGraph, name: string): CatalogTable | undefined {
  const found = catalog.get(`table ${name}`)
  return found?.type === 'table' && found.module === null ? found : undefined
}

/** The ordinary tables of a schema. */
export const tablesOf = ({ catalog }: TableGraph): CatalogTable[] =>
  [...catalog.values()].filter(
    (object): object is CatalogTable => object.type === 'table' && object.module === null,
  )

/** Which tables a text can touch. */
export interface Reach {
  /** The tables that it names. */
  readonly named: ReadonlySet<string>
  /** Those, plus the tables named in turn by triggers on them and on named views. */
  readonly reached: ReadonlySet<string>
}

/** The tables reached from the words of a text; with `cascades`, also along foreign keys from parent to child. */
export function reachOf(
  words: Iterable<string>,
  situation: TableGraph,
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
