// Tracks what the versions of a history break: views and triggers that no longer compile, and foreign keys.
import type { Entry } from './step-side.js'
import type { Fact } from '../../model/evidence.js'
import { brokenKeys, brokenKeysAfter, keyFacts } from './broken-keys.js'
import type { ReachOf } from './side-reach.js'
import type { HistoryRun } from './history-run.js'
import type { SchemaTransition, BrokenKeys } from './schema-transition.js'
import type { ReplayPass } from './replay-pass.js'
import { perform } from '../../../src/database/outcome.js'
import { findBroken } from '../../../src/schema/find-broken.js'
import type { Schema, SchemaObject } from '../../../src/schema/schema.js'
import { placeOfMaking, type RanSide } from './statement-about.js'
import { foldCase, quoteIdentifier } from '../../../src/sql/names.js'

/** What is broken at the current version of a history. */
export interface IntegrityWatch {
  /** Returns what a version has newly broken, and continues from there. */
  after(pass: ReplayPass, entry: Entry, passage: SchemaTransition): Fact[]
  /** Continues from a schema without asking what broke on the way to it. */
  begin(pass: ReplayPass, passage: SchemaTransition): void
  /** The foreign keys that are broken now. */
  readonly keys: BrokenKeys
}

/** Starts with nothing broken. */
export function integrityWatch(
  { ignoreTables }: Pick<HistoryRun, 'ignoreTables'>,
  reach: ReachOf,
): IntegrityWatch {
  let objects: ReadonlyMap<string, string> = new Map()
  let keys: BrokenKeys = new Map()
  return {
    after(pass, entry, passage) {
      const facts: Fact[] = []
      const side = { entry, direction: 'up', pass } as const
      if (passage.after.schema !== passage.before.schema) {
        const now = brokenObjects(pass, passage, objects)
        facts.push(...compileFacts(side, now, { ...passage, broken: objects }))
        objects = now
      }
      if (entry.keepsForeignKeys !== true) {
        const began = { ...passage, keys, ignoreTables, reach: reach(entry, 'up') }
        const now = brokenKeysAfter(pass, side, began)
        facts.push(...keyFacts(side, keys, now))
        keys = now
      }
      return facts
    },
    begin(pass, passage) {
      objects = brokenObjects(pass, passage, new Map())
      keys = brokenKeys(pass, passage.after.catalog)
    },
    get keys() {
      return keys
    },
  }
}

/** Why each broken object does not compile, by `view v` or `trigger t`. */
type Broken = ReadonlyMap<string, string>

/** What does not compile after a version, given what was `broken` before it. */
function brokenObjects(
  { env }: ReplayPass,
  { after, differing }: SchemaTransition,
  broken: Broken,
): Broken {
  const asked = affected(after.compiled, changedNames(differing))
  const kept = [...broken].filter(([key]) => after.schema.has(key) && !asked.has(key))
  const found = [...perform('sync', findBroken(env.driver, asked))]
  return new Map([...kept, ...found.map(([key, { reason }]) => [key, reason] as const)])
}

/** What is broken now and was not before, or was recreated. */
function compileFacts(
  side: RanSide,
  now: Broken,
  { before, after, differing, broken }: SchemaTransition & { readonly broken: Broken },
): Fact[] {
  const isNews = (key: string): boolean =>
    !broken.has(key) || before.schema.get(key) !== after.schema.get(key)
  return [...now]
    .filter(([key]) => isNews(key))
    .map(([object, message]) => ({
      kind: 'broken-object',
      at: placeOfMaking(side, suspects(object, { before, after, differing })),
      object,
      message,
    }))
}

/** The object itself if it was recreated, followed by the changed objects that it names. */
function suspects(
  key: string,
  { before, after, differing }: Pick<SchemaTransition, 'before' | 'after' | 'differing'>,
): string[] {
  const object = after.schema.get(key)
  if (!object) return []
  const text = textsBehind(object, after.compiled)
  const named = [...changedNames(differing)].filter((name) => text.includes(name))
  return before.schema.get(key) === object ? named : [object.name, ...named]
}

/** The SQL of an object and of the views that it reads, directly or through others; in lower case. */
function textsBehind(object: SchemaObject, compiled: Schema): string {
  const views = [...compiled.values()].filter(({ type }) => type === 'view')
  const texts = new Set([foldCase(object.sql)])
  for (const text of texts)
    for (const view of views) if (text.includes(foldCase(view.name))) texts.add(foldCase(view.sql))
  return [...texts].join('\n')
}

/**
 * The views and triggers that name something changed, directly or through views, and all triggers on the tables of such triggers, which
 * compile together. Too many do no harm.
 */
function affected(compiled: Schema, names: Set<string>): Schema {
  const asked = new Map<string, SchemaObject>()
  if (names.size === 0 || compiled.size === 0) return asked
  for (let found = true; found;) {
    found = false
    const named = anyOf(names)
    for (const [key, object] of compiled) {
      if (asked.has(key) || !(names.has(foldCase(object.table)) || named.test(object.sql))) continue
      asked.set(key, object)
      names.add(foldCase(object.type === 'view' ? object.name : object.table))
      found = true
    }
  }
  return new Map([...compiled].filter(([key]) => asked.has(key)))
}

/** Finds any of these names in SQL, bare or in double quotes. Converting each SQL text to lower case would cost ten times as much. */
const anyOf = (names: ReadonlySet<string>): RegExp =>
  new RegExp(
    [...names]
      .flatMap((name) => [name, quoteIdentifier(name)])
      .map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('|'),
    'i',
  )

/** The names of changed tables and views, and of the tables of changed indexes and triggers. */
function changedNames({ before, after }: SchemaTransition['differing']): Set<string> {
  const names = new Set<string>()
  for (const [key, object] of before)
    if (after.get(key) !== object) names.add(foldCase(object.table))
  for (const [key, object] of after)
    if (before.get(key) !== object) names.add(foldCase(object.table))
  return names
}
