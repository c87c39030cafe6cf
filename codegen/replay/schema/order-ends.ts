// Compares what a history comes to where others are applied before it, and where they are applied after it. Pure.
import type { SchemaDifference } from '../../../src/model/verification.js'
import { diffSchemas } from '../../../src/schema/diff-schema.js'
import type { Schema } from '../../../src/schema/schema.js'
import type { Unsound } from './unsound.js'

/** What an order of applying has led to. */
export interface OrderEnd {
  readonly schema: Schema
  /** What the history has made, by the version that has made it as it is, or made it at all. */
  readonly made: ReadonlyMap<string, number>
  /** What of that does not work. */
  readonly unsound: Unsound
  /** What others have made, be it gone by now. */
  readonly foreign: ReadonlySet<string>
}

/** An object that is not the same at both ends. */
export interface Apart {
  readonly object: string
  /** The version that makes it. */
  readonly version: number
  /** Why it does not work behind the others; null where it does. */
  readonly reason: string | null
  /** What it is behind them, compared with what it is before them. */
  readonly difference: SchemaDifference | null
}

/** What the history has made in either order, but for some, that works in one alone, or is another object there. */
export function apartAt(
  { after, first }: { readonly after: OrderEnd; readonly first: OrderEnd },
  except: ReadonlySet<string>,
): Apart[] {
  const keys = [...new Set([...first.made.keys(), ...after.made.keys()])].filter(
    (key) => !except.has(key),
  )
  const differences = diffSchemas(only(after.schema, keys), only(first.schema, keys))
  return keys.flatMap((object) => {
    const reason = (!after.unsound.has(object) && first.unsound.get(object)) || null
    const difference =
      differences.find((one) => one.object === object && one.grade === 'differs') ?? null
    if (reason === null && difference === null) return []
    const version = first.made.get(object) ?? after.made.get(object)!
    return [{ object, version, reason, difference }]
  })
}

const only = (schema: Schema, keys: readonly string[]): Schema =>
  new Map(keys.flatMap((key) => (schema.has(key) ? [[key, schema.get(key)!] as const] : [])))
