import { expect, it } from 'vitest'
import { catalogHistory, finalCatalog } from '../../../codegen/check/subject/catalog-history.js'
import type { CatalogObject } from '../../../codegen/model/catalog.js'
import type { VersionProof } from '../../../codegen/model/evidence.js'

const view = (name: string, sql = ''): CatalogObject => ({ type: 'view', name, sql })

function proven(...changes: readonly Record<string, CatalogObject | null>[]): VersionProof[] {
  return changes.map((catalog, at) => ({
    version: at + 1,
    schemaDigest: null,
    schemaChanges: {},
    catalog,
    facts: [],
  }))
}

const versions = proven(
  { 'view a': view('a'), 'view b': view('b') },
  {},
  { 'view a': view('a', 'other'), 'view c': view('c') },
  { 'view a': null },
  { 'view a': view('a', 'again') },
)
const at = catalogHistory(versions)

it('knows each object at each version', () => {
  const texts = [0, 1, 2, 3, 4, 5].map((count) => at(count).get('view a'))
  expect(texts.map((object) => object?.sql)).toEqual([
    undefined,
    '',
    '',
    'other',
    undefined,
    'again',
  ])
  expect([0, 1, 4].map((count) => at(count).has('view a'))).toEqual([false, true, false])
  expect(at(5).get('view d')).toBeUndefined()
})

it('keeps the place of what is changed, and puts what is made again last', () => {
  expect([...at(3).keys()]).toEqual(['view a', 'view b', 'view c'])
  expect([...at(5).keys()]).toEqual(['view b', 'view c', 'view a'])
  expect([...finalCatalog({ versions }).keys()]).toEqual([...at(5).keys()])
})

it('is the same as a map, whichever way one goes through it', () => {
  const catalog = at(3)
  expect(catalog.size).toBe(3)
  expect([...catalog]).toEqual([...catalog.entries()])
  expect([...catalog.values()].map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  const seen: string[] = []
  catalog.forEach((object, key, all) => seen.push(`${key} ${object.name} ${all.size}`))
  expect(seen).toEqual(['view a a 3', 'view b b 3', 'view c c 3'])
  // Earlier versions are not spoiled by later ones.
  expect([...at(1).keys()]).toEqual(['view a', 'view b'])
  expect(at(0).size).toBe(0)
})
