// Finds objects that several histories of one database each create. Pure.
import { applySeverities } from '../../../codegen/diagnostics/apply-severities.js'
import { fileStart } from '../../../codegen/diagnostics/problem.js'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import type { Made, MadeObject } from '../../../codegen/model/result.js'
import { madeTwice } from '../../../codegen/replay/process/needs-problems.js'
import type { Settings } from '../settings/settings.js'

/** The settings needed of each. */
export type NamedSettings = Pick<
  Settings,
  'name' | 'history' | 'table' | 'histories' | 'rules' | 'overrides'
>

/**
 * For each history, in the file that creates it, every object that an earlier one in the configuration also creates. An object
 * that one of them has only temporarily counts if neither needs the other, since an installation may be at any version of both;
 * otherwise the replay proves every order.
 */
export function sharedObjects(
  all: readonly NamedSettings[],
  made: readonly (Made | undefined)[],
): Diagnostic[] {
  const needs = new Map(all.map((one, at) => [nameOf(one), made[at]?.needs ?? []]))
  return all.flatMap((one, at) =>
    all.slice(0, at).flatMap((other, before) => {
      const name = nameOf(other)
      const isBeside = one.histories?.[name]?.out !== undefined && one.table !== other.table
      if (!isBeside) return []
      const isOrdered = reaches(needs, nameOf(one), name) || reaches(needs, name, nameOf(one))
      const shared = sharedBetween(made[at], made[before], isOrdered ? 'to the end' : 'at any time')
      const [first] = shared
      if (!first) return []
      const found = {
        objects: shared.map(({ key }) => key),
        history: name,
        ...first.theirs,
      }
      return applySeverities([madeTwice(fileStart(first.own.file), found)], one)
    }),
  )
}

const nameOf = ({ history, name }: NamedSettings): string => history ?? name ?? ''

function reaches(needs: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const reached = new Set([from])
  for (const name of reached) for (const one of needs.get(name) ?? []) reached.add(one)
  return reached.has(to)
}

interface Shared {
  /** The key in the own history. */
  readonly key: string
  readonly own: MadeObject
  readonly theirs: MadeObject
}

/** The objects with the same name in both. */
function sharedBetween(
  own: Made | undefined,
  others: Made | undefined,
  when: 'to the end' | 'at any time',
): Shared[] {
  const theirs = new Map(
    Object.entries(others?.objects ?? {})
      .sort(([, one], [, other]) => Number(one.stays) - Number(other.stays))
      .map(([key, object]) => [spaceOf(key), object]),
  )
  return Object.entries(own?.objects ?? {}).flatMap(([key, object]) => {
    const other = theirs.get(spaceOf(key))
    const isShared = when === 'at any time' || (object.stays && other?.stays)
    return other && isShared ? [{ key, own: object, theirs: other }] : []
  })
}

/** Tables, views and indexes share one namespace; triggers have their own. */
const spaceOf = (key: string): string =>
  key.startsWith('trigger ') ? key : key.slice(key.indexOf(' '))
