// What belongs to a history: what its versions make, what applied steps made of which it no longer knows, and nothing else.
import { describe, expect, test } from 'vitest'
import type { Registry } from '../../src/model/registry.js'
import { objectsOfOthers, ownedAt, type Owning } from '../../src/schema/owned-objects.js'
import {
  diffDigests,
  digestObjects,
  schemaChanges,
  schemaDigest,
} from '../../src/schema/schema-digest.js'
import { schemaOf } from './read.js'

const A = 'CREATE TABLE a (x);'
const B = 'CREATE TABLE b (y);'
const C = 'CREATE TABLE c (z);'

/** Versions that lead from one of these scripts to the next. */
const registryOf = (...scripts: readonly string[]): Registry<never> =>
  scripts.map((script, at) => {
    const [before, after] = [schemaOf(scripts[at - 1] ?? ''), schemaOf(script)]
    return {
      version: at + 1,
      schemaDigest: schemaDigest(digestObjects(after)),
      schemaChanges: schemaChanges(before, after),
    }
  }) as unknown as Registry<never>

/** What differs in a database with this schema from what version 1 of a history of a and c leads to. */
const found = (script: string, owning: Owning = {}): string[] =>
  diffDigests(ownedAt(registryOf(A, A + C), 1, owning)!, schemaOf(script)).map(
    ({ object, change }) => `${object} ${change}`,
  )

describe('compared with what a version leads to', () => {
  test('nothing differs where all that belongs to the history is as it was then', () =>
    expect(found(A)).toEqual([]))
  test('what a later version makes must be gone', () =>
    expect(found(A + C)).toEqual(['table c added']))
  test('what an applied step made must be gone, though the registry does not know it', () => {
    expect(found(A + B)).toEqual([])
    expect(found(A + B, { made: ['table b', 'index gone'] })).toEqual(['table b added'])
  })
  test('what an applied step only changed is compared with the version', () => {
    expect(found(A, { made: ['table a'] })).toEqual([])
    expect(found('CREATE TABLE a (x, b)', { made: ['table a'] })).toEqual(['table a changed'])
  })
  test('what is lost, and what was there before, is told as ever', () =>
    expect(found('')).toEqual(['table a lost']))
  test('what is ignored is not compared, whoever made it', () => {
    const ignored = (object: string): boolean => object !== 'table a'
    expect(found(A + B + C, { made: ['table b'], ignored })).toEqual([])
  })
  test('names are the same in any case', () =>
    expect(found('CREATE TABLE A (x); CREATE TABLE B (y)', { made: ['table b'] })).toEqual([
      'table b added',
    ]))
  test('a registry without digests up to the version tells nothing', () => {
    const [first, second] = registryOf(A, A + C)
    const bare = { ...second!, schemaDigest: undefined, schemaChanges: undefined } as never
    expect(ownedAt([first!, bare], 2)).toBeUndefined()
    expect(ownedAt([first!, bare], 1)?.known).toEqual(new Set(['table a']))
  })
  test('objects of others are those that neither the registry nor a record knows', () => {
    const owned = ownedAt(registryOf(A, A + C), 1, { made: ['table b'] })!
    expect(objectsOfOthers(owned, schemaOf(`${A + B + C}CREATE VIEW v AS SELECT 1;`))).toEqual([
      'view v',
    ])
  })
})
