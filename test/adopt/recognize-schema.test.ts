// Recognising by one walk through the changes answers what comparing with each version in turn answers.
import { expect, test } from 'vitest'
import type { Registry } from '../../src/model/registry.js'
import { differencesFrom, recognizeSchema } from '../../src/plan/adopt/recognize-schema.js'
import { diffDigests, historyUpTo, objectDigest } from '../../src/schema/schema-digest.js'
import type { Schema, SchemaObject } from '../../src/schema/schema.js'
import { pick, randomFrom, type Random } from '../support/random.js'
import { registryOf } from '../support/registry.js'

const KEYS = ['table a', 'table b', 'index i', 'view v', 'trigger t']
const FOREIGN = 'table others'
const nothing = (): boolean => false

const object = (meaning: string): SchemaObject => {
  return { type: 'table', name: 'others', table: '', sql: '', text: meaning, meaning }
}
const schemaOf = (meanings: ReadonlyMap<string, string>): Schema =>
  new Map([...meanings].map(([key, meaning]) => [key, object(meaning)]))

/** A history that makes, changes and removes a few objects, some versions none, and the schema after each version. */
function historyFrom(random: Random): {
  readonly registry: Registry<never>
  readonly all: Schema[]
} {
  const meanings = new Map<string, string>()
  const all = [schemaOf(meanings)]
  const steps = Array.from({ length: 2 + Math.floor(random() * 6) }, () => {
    const schemaChanges: Record<string, string | null> = {}
    for (let left = Math.floor(random() * 3); left > 0; left -= 1) {
      const key = pick(random, KEYS)
      const meaning = pick(random, ['one', 'two', null])
      if (meaning === (meanings.get(key) ?? null)) continue
      schemaChanges[key] = meaning === null ? null : objectDigest(key, { meaning })
      if (meaning === null) meanings.delete(key)
      else meanings.set(key, meaning)
    }
    all.push(schemaOf(meanings))
    return { up: '', schemaDigest: '1:', schemaChanges }
  })
  return { registry: registryOf<never>(...steps), all }
}

/** One of the schemas, sometimes with an object lost, changed or added. */
function perturbed(random: Random, schema: Schema): Schema {
  const changed = new Map(schema)
  const key = pick(random, [...KEYS, FOREIGN])
  const meaning = pick(random, ['one', 'two', null, undefined])
  if (meaning === null) changed.delete(key)
  else if (meaning !== undefined) changed.set(key, object(meaning))
  return changed
}

/** How many objects differ from each version, each compared by itself. */
function oneByOne(registry: Registry<never>, schema: Schema): number[] {
  const known = historyUpTo(registry, registry.length)!.known
  return [0, ...registry.map(({ version }) => version)].map((version) => {
    const { objects } = historyUpTo(registry, version)!
    return diffDigests({ objects, known }, schema).length
  })
}

const HISTORIES = Array.from({ length: 200 }, (_, seed) => {
  const random = randomFrom(seed)
  return { seed, random, ...historyFrom(random) }
})

test('every schema of a history, as it is and with something changed', () => {
  for (const { seed, random, registry, all } of HISTORIES) {
    for (const schema of all.flatMap((one) => [one, perturbed(random, one)])) {
      const counts = oneByOne(registry, schema)
      const least = Math.min(...counts.slice(1))
      const { fitting, nearest } = recognizeSchema(registry, schema, nothing)!
      expect(fitting, `history ${seed}`).toEqual(
        [...counts.keys()].filter((at) => counts[at] === 0),
      )
      expect(nearest.at(-1), `history ${seed}`).toBe(counts.lastIndexOf(least))
      for (const version of nearest)
        expect(differencesFrom(registry, version, schema, nothing)).toHaveLength(least)
    }
  }
})

test('a history fits at each of its own versions', () => {
  for (const { seed, registry, all } of HISTORIES) {
    for (const [version, schema] of all.entries()) {
      const fitting = recognizeSchema(registry, schema, nothing)?.fitting
      expect(fitting, `history ${seed}`).toContain(version)
    }
  }
})

test('without digests nothing is recognised', () => {
  expect(recognizeSchema(registryOf<never>({ up: '' }), new Map(), nothing)).toBeUndefined()
})

test('an empty registry fits at 0, and nothing is nearest', () => {
  const found = recognizeSchema([], schemaOf(new Map([[FOREIGN, 'one']])), nothing)
  expect(found).toEqual({ fitting: [0], nearest: [], traceless: [], foreign: [FOREIGN] })
})
