// The schema at every version of a history, without a copy for each: looking an object up costs the same however long the history
// is.
import { remembered } from '../../../src/model/collected.js'
import type { Catalog, CatalogObject } from '../../model/catalog.js'
import type { Proof, VersionProof } from '../../model/evidence.js'

type Versions = Proof['versions']

/** An object after this many versions, and from then on; null if it is gone. */
interface Stage {
  readonly from: number
  readonly object: CatalogObject | null
}

/** Returns the schema after this many versions; 0 is the empty database. */
export function catalogHistory(versions: Versions): (count: number) => Catalog {
  const stages = stagesOf(versions)
  const whole = wholeCatalogs(versions)
  return (count) => new CatalogAt(stages, whole, count)
}

/** The schema after the last version that could be applied. */
export const finalCatalog = ({ versions }: Pick<Proof, 'versions'>): Catalog =>
  wholeCatalogs(versions)(versions.length)

function stagesOf(versions: Versions): Map<string, Stage[]> {
  const stages = new Map<string, Stage[]>()
  for (const [at, { catalog }] of versions.entries()) {
    for (const [key, object] of Object.entries(catalog))
      remembered(stages, key, () => []).push({ from: at + 1, object })
  }
  return stages
}

type WholeCatalogs = (count: number) => ReadonlyMap<string, CatalogObject>

/** Builds whole schemas, each from the nearest earlier one. Versions that change nothing share the same object. */
function wholeCatalogs(versions: Versions): WholeCatalogs {
  const made = new Map<number, ReadonlyMap<string, CatalogObject>>([[0, new Map()]])
  return (count) => {
    let last = count
    while (last > 0 && isEmpty(versions[last - 1])) last -= 1
    const found = made.get(last)
    if (found) return found
    let from = last
    while (!made.has(from)) from -= 1
    const whole = new Map(made.get(from))
    for (const { catalog } of versions.slice(from, last)) applyChanges(whole, catalog)
    made.set(last, whole)
    return whole
  }
}

const isEmpty = (version: VersionProof | undefined): boolean =>
  Object.keys(version?.catalog ?? {}).length === 0

/** A changed object keeps its position, as it does when it is rebuilt. */
function applyChanges(whole: Map<string, CatalogObject>, changes: VersionProof['catalog']): void {
  for (const [key, object] of Object.entries(changes)) {
    if (object === null) whole.delete(key)
    else whole.set(key, object)
  }
}

/** Looks single objects up in the history, and only builds the whole schema for iteration. */
class CatalogAt implements ReadonlyMap<string, CatalogObject> {
  readonly #stages: ReadonlyMap<string, readonly Stage[]>
  readonly #whole: WholeCatalogs
  readonly #count: number

  constructor(stages: ReadonlyMap<string, readonly Stage[]>, whole: WholeCatalogs, count: number) {
    this.#stages = stages
    this.#whole = whole
    this.#count = count
  }

  get(key: string): CatalogObject | undefined {
    const stage = this.#stages.get(key)?.findLast(({ from }) => from <= this.#count)
    return stage?.object ?? undefined
  }

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  get size(): number {
    return this.#all().size
  }

  keys(): MapIterator<string> {
    return this.#all().keys()
  }

  values(): MapIterator<CatalogObject> {
    return this.#all().values()
  }

  entries(): MapIterator<[string, CatalogObject]> {
    return this.#all().entries()
  }

  [Symbol.iterator](): MapIterator<[string, CatalogObject]> {
    return this.entries()
  }

  forEach(visit: (object: CatalogObject, key: string, all: Catalog) => void): void {
    for (const [key, object] of this) visit(object, key, this)
  }

  #all(): ReadonlyMap<string, CatalogObject> {
    return this.#whole(this.#count)
  }
}
