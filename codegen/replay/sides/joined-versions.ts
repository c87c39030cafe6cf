// Joins consecutive versions into one step, to see what happens if they run together.
import type { Entry } from './step-side.js'
import { sideOf, codeIn, scriptsIn } from '../../../src/plan/scripts.js'
import { splitStatements } from '../../../src/sql/split-statements.js'
import type { Direction, StepPlace } from '../../model/evidence.js'

/** Several versions under the number of the first. It has a `down` if each of them has one. */
export interface JoinedVersions extends Entry {
  readonly parts: readonly Entry[]
  /** The tables to look at, in lower case. */
  readonly about: readonly string[]
}

/** The only tables to look at, in lower case; undefined for all. */
export const tablesAbout = (entry: Entry): readonly string[] | undefined =>
  (entry as Partial<JoinedVersions>).about

/** The versions joined in an entry, in the order in which they run; for any other entry, itself. */
export function partsOf(entry: Entry, direction: Direction): readonly Entry[] {
  const { parts = [entry] } = entry as Partial<JoinedVersions>
  return direction === 'up' ? parts : parts.toReversed()
}

/**
 * Joins versions. If one runs outside a transaction, or they differ in foreign key enforcement, each gets its own; otherwise they share
 * one.
 */
export function joined(
  parts: readonly [Entry, ...Entry[]],
  about: readonly string[],
): JoinedVersions {
  const [first] = parts
  const last = parts.at(-1)!
  const isApart = parts.some(
    (one) => one.transaction === false || one.foreignKeys !== first.foreignKeys,
  )
  const { keepsForeignKeys: _, at: __, resumable: ___, transaction: ____, ...own } = last
  return {
    ...own,
    version: first.version,
    ...(isApart && { transaction: false }),
    source: {
      up: sourceOf(parts, 'up'),
      ...(parts.every((one) => sideOf(one, 'down')) && { down: sourceOf(parts, 'down') }),
    },
    parts,
    about,
  }
}

/** All scripts, or a stand-in for the code of all versions, which is read but never called. */
function sourceOf(all: readonly Entry[], direction: Direction): string[] | (() => void) {
  const parts = direction === 'up' ? all : all.toReversed()
  const scripts = parts.map((one) => scriptsIn(one, direction))
  if (scripts.every((one) => one !== null)) return scripts.flat()
  const texts = parts.flatMap((one) => codeIn(one, direction) ?? [])
  return Object.assign(() => {}, { toString: () => texts.join('\n') })
}

/** The version and position of a place in a joined step. */
export function placeIn(whole: JoinedVersions, at: StepPlace): StepPlace {
  const parts = partsOf(whole, at.direction)
  let passed = 0
  for (const one of parts) {
    const scripts = scriptsIn(one, at.direction) ?? []
    const own = ownPlace(one, scripts, at, passed)
    if (own) return { ...at, ...own, version: one.version }
    passed += parts.every((other) => scriptsIn(other, at.direction)) ? scripts.length : 0
  }
  return { ...at, version: whole.parts.at(-1)!.version, script: null, offset: null }
}

/** Null if it is in another version. */
function ownPlace(
  { file }: Entry,
  scripts: readonly string[],
  { script, frame, statement }: StepPlace,
  passed: number,
): Partial<StepPlace> | null {
  if (script !== null)
    return script >= passed && script < passed + scripts.length ? { script: script - passed } : null
  if (frame) return frame.file.replaceAll('\\', '/').endsWith(`/${file}`) ? {} : null
  const found = scripts.flatMap((text, index) => {
    const one = splitStatements(text).find((part) => part.text.startsWith(statement ?? ' '))
    return one ? [{ script: index, offset: one.start }] : []
  })
  return found[0] ?? null
}
